package io.weir.compat.groups;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;

/** Every way for a consumer to be a member of a group. */
enum Protocol {
    CLASSIC_RANGE("classic", RangeAssignor.class.getName()),
    CLASSIC_ROUND_ROBIN("classic", RoundRobinAssignor.class.getName()),
    CLASSIC_STICKY("classic", StickyAssignor.class.getName()),
    CLASSIC_COOPERATIVE("classic", CooperativeStickyAssignor.class.getName()),
    CONSUMER_UNIFORM("consumer", "uniform"),
    CONSUMER_RANGE("consumer", "range");

    private final String protocol;
    private final String assignor;

    Protocol(String protocol, String assignor) {
        this.protocol = protocol;
        this.assignor = assignor;
    }

    boolean isClassic() {
        return protocol.equals("classic");
    }

    /** Returns a member's settings: short sessions, so that its death is noticed soon. */
    String[] settings(String group, String... more) {
        List<String> settings = new ArrayList<>(List.of("group.id", group, "group.protocol", protocol));
        if (isClassic()) {
            settings.addAll(List.of(
                    "partition.assignment.strategy", assignor,
                    "session.timeout.ms", "3000",
                    "heartbeat.interval.ms", "300"));
        } else {
            settings.addAll(List.of("group.remote.assignor", assignor));
        }
        settings.addAll(List.of(more));
        return settings.toArray(String[]::new);
    }
}
