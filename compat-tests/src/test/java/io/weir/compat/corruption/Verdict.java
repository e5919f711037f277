package io.weir.compat.corruption;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** Whether what a damaged server serves is what was written, as far as it goes, and whether it says what is amiss. */
final class Verdict {
    private final Damage damage;
    private final String log;
    private final List<String> wrong = new ArrayList<>();
    private boolean complete = true;

    private Verdict(Damage damage, String log) {
        this.damage = damage;
        this.log = log;
    }

    /** Returns what is wrong with a server that would not start and printed this; empty if nothing. */
    static List<String> onRefusal(Damage damage, String log) {
        Verdict verdict = new Verdict(damage, log);
        verdict.complete = false;
        return verdict.close();
    }

    /** Returns what is wrong with a server that started, printed this and served that; empty if nothing. */
    static List<String> onStart(Damage damage, String log, Contents written, Contents served) {
        Verdict verdict = new Verdict(damage, log);
        written.records()
                .forEach((partition, records) ->
                        verdict.compare(partition, records, served.records().getOrDefault(partition, List.of())));
        written.committed().forEach((partition, offset) -> {
            Long now = served.committed().get(partition);
            if (now != null && now > offset) {
                verdict.wrong.add("commit of " + partition + " is " + now + ", was " + offset);
            } else if (!offset.equals(now)) {
                verdict.complete = false;
            }
        });
        return verdict.close();
    }

    private void compare(TopicPartition partition, List<Contents.Served> written, List<Contents.Served> served) {
        for (int i = 0; i < served.size(); i++) {
            if (i >= written.size() || !served.get(i).equals(written.get(i))) {
                wrong.add(partition + " serves " + served.get(i) + " where "
                        + (i < written.size() ? written.get(i) : "nothing") + " was written");
                return;
            }
        }
        complete &= served.size() == written.size();
    }

    /** Whatever is not served must be explained: the log names the file. */
    private List<String> close() {
        if (!complete
                && !damage.mayBeATornTail()
                && !log.contains(damage.file().getFileName().toString())) {
            wrong.add("something is not served, and the server's log does not name " + damage.file());
        }
        return wrong;
    }
}
