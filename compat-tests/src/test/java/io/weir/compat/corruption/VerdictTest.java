package io.weir.compat.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.corruption.Contents.Served;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The verdict finds what it is there to find. */
class VerdictTest {
    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final Damage DAMAGE = new Damage(Path.of("dir", "file-7"), Damage.Kind.ZEROED, 10, 5);
    private final Contents written = contents(records -> {}, 8);

    @Test
    void acceptsWhatIsWholeWithoutAWord() {
        assertThat(Verdict.onStart(DAMAGE, "", written, contents(records -> {}, 8)))
                .isEmpty();
    }

    @Test
    void acceptsACutOnlyIfTheLogNamesTheFile() {
        Contents cut = contents(List::removeLast, 8);
        assertThat(Verdict.onStart(DAMAGE, "path=dir/file-7 position=10", written, cut))
                .isEmpty();
        assertThat(Verdict.onStart(DAMAGE, "", written, cut)).hasSize(1);
    }

    @Test
    void acceptsARefusalOnlyIfTheLogNamesTheFile() {
        assertThat(Verdict.onRefusal(DAMAGE, "cannot read dir/file-7")).isEmpty();
        assertThat(Verdict.onRefusal(DAMAGE, "NullPointerException")).hasSize(1);
    }

    @Test
    void refusesOtherDataWhateverTheLogSays() {
        assertThat(verdict(contents(records -> records.set(3, new Served(3, 0, 999)), 8)))
                .hasSize(1);
        assertThat(verdict(contents(records -> records.remove(3), 8))).hasSize(1);
        assertThat(verdict(contents(List::removeFirst, 8))).hasSize(1);
        assertThat(verdict(contents(records -> Collections.swap(records, 3, 4), 8)))
                .hasSize(1);
        assertThat(verdict(contents(records -> records.add(new Served(10, 0, 10)), 8)))
                .hasSize(1);
    }

    @Test
    void refusesACommitBeyondWhatWasCommittedAndASilentLossOfOne() {
        assertThat(verdict(contents(records -> {}, 9))).hasSize(1);
        assertThat(Verdict.onStart(DAMAGE, "", written, contents(records -> {}, -1)))
                .hasSize(1);
        assertThat(verdict(contents(records -> {}, -1))).isEmpty();
    }

    private List<String> verdict(Contents served) {
        return Verdict.onStart(DAMAGE, "path=dir/file-7", written, served);
    }

    private static Contents contents(Consumer<List<Served>> change, long committed) {
        List<Served> records = new ArrayList<>(
                IntStream.range(0, 10).mapToObj(i -> new Served(i, 0, i)).toList());
        change.accept(records);
        return new Contents(Map.of(PARTITION, records), Map.of(PARTITION, committed), Map.of());
    }
}
