package io.weir.compat.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(SharedServer.class)
class StaticMembershipTest {
    private final Cluster cluster;
    private final String group = Cluster.name("group");
    private final String topic;

    StaticMembershipTest(Cluster cluster) {
        this.cluster = cluster;
        this.topic = cluster.topic(6);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void aMemberThatReturnsInTimeFindsItsPartitionsAndTheOthersNoticeNothing(Protocol protocol) {
        var revoked = new RevocationCounter();
        var stayer = cluster.consumer(settings(protocol, "stayer"));
        stayer.subscribe(List.of(topic), revoked);
        var leaver = member(protocol, "leaver");
        Members members = new Members(stayer, leaver);
        members.pollUntilShared(3, 3);
        Set<TopicPartition> before = leaver.assignment();
        int revokedBefore = revoked.partitions().size();

        members.remove(leaver);
        leaver.close();
        members.pollFor(Duration.ofMillis(500));
        var returned = member(protocol, "leaver");
        members.add(returned);
        members.pollUntilShared(3, 3);

        assertThat(returned.assignment()).isEqualTo(before);
        assertThat(revoked.partitions()).hasSize(revokedBefore);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void aMemberThatDoesNotReturnLosesItsPartitionsAfterItsSession(Protocol protocol) {
        var stayer = member(protocol, "stayer");
        var leaver = member(protocol, "leaver");
        Members members = new Members(stayer, leaver);
        members.pollUntilShared(3, 3);

        members.remove(leaver);
        leaver.close();

        members.pollUntilShared(6);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void twoOfOneNameCannotBothBeMembers(Protocol protocol) {
        var first = member(protocol, "same");
        new Members(first).pollUntilShared(6);
        var second = member(protocol, "same");

        if (protocol.isClassic()) {
            // The newer one takes over.
            new Members(second).pollUntilShared(6);
            assertThatThrownBy(() -> Records.poll(first, 1)).isInstanceOf(FencedInstanceIdException.class);
        } else {
            // The older one stays.
            assertThatThrownBy(() -> Records.poll(second, 1)).isInstanceOf(UnreleasedInstanceIdException.class);
            assertThat(first.assignment()).hasSize(6);
        }
    }

    private KafkaConsumer<String, String> member(Protocol protocol, String instance) {
        var member = cluster.consumer(settings(protocol, instance));
        member.subscribe(List.of(topic));
        return member;
    }

    private String[] settings(Protocol protocol, String instance) {
        return protocol.settings(group, "group.instance.id", instance);
    }
}
