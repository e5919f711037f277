package io.weir.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentIdTest {
    private static final Uuid TOPIC = SegmentFixture.TOPIC;

    @Test
    void pathsAreRead() {
        SegmentId id = new SegmentId(TOPIC, 12, 345, 6, 7);
        assertThat(id.path())
                .isEqualTo("topics/AAECAwQFBgcICQoLDA0ODw/12/00000000000000000345-0000000006-00007")
                .startsWith(SegmentId.prefix(TOPIC, 12))
                .startsWith(SegmentId.prefix(TOPIC));
        assertThat(SegmentId.parse(id.path())).contains(id);
        SegmentId largest = new SegmentId(
                Uuid.randomUuid(), Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, SegmentId.MAX_GENERATION);
        assertThat(SegmentId.parse(largest.path())).contains(largest);

        PackId pack = new PackId(3, 99, 12);
        assertThat(pack.path()).isEqualTo("packs/3-99/00000000000000000012").startsWith(PackId.PREFIX);
        assertThat(PackId.parse(pack.path())).contains(pack);
    }

    @Test
    void pathsSortAsNumbersDo() {
        List<SegmentId> ascending = List.of(
                new SegmentId(TOPIC, 1, 9, 10, 0),
                new SegmentId(TOPIC, 1, 10, 9, 1),
                new SegmentId(TOPIC, 1, 10, 9, 2),
                new SegmentId(TOPIC, 1, 10, 10, 0),
                new SegmentId(TOPIC, 1, 1_000_000_000_000L, 0, 0));
        assertThat(ascending.stream().map(SegmentId::path)).isSorted();
        assertThat(Stream.of(4, 2, 0, 3, 1).map(ascending::get).sorted()).isEqualTo(ascending);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topics/AAECAwQFBgcICQoLDA0ODw/12/345-6-7",
                "topics/AAECAwQFBgcICQoLDA0ODw/012/00000000000000000345-0000000006-00007",
                "topics/AAECAwQFBgcICQoLDA0ODw/12/00000000000000000345-9999999999-00007",
                "topics/AAECAwQFBgcICQoLDA0ODw/12/99999999999999999999-0000000006-00007",
                "topics/AAECAwQFBgcICQoLDA0ODw/9999999999/00000000000000000345-0000000006-00007",
                "topics/AAECAwQFBgcICQoLDA0OD/12/00000000000000000345-0000000006-00007",
                "topics/AAECAwQFBgcICQoLDA0ODz/12/00000000000000000345-0000000006-00007",
                "topics/AAECAwQFBgcICQoLDA0ODw/12/00000000000000000345-0000000006-00007x",
                "wal/1-2/3",
                "packs/01-2/00000000000000000003",
                "packs/1-2/3"
            })
    void otherPathsAreNoSegments(String path) {
        assertThat(SegmentId.parse(path)).isEmpty();
        assertThat(PackId.parse(path)).isEmpty();
    }

    @Test
    void numbersThatHaveNoNameAreRefused() {
        assertThatThrownBy(() -> new SegmentId(TOPIC, -1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SegmentId(TOPIC, 0, -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SegmentId(TOPIC, 0, 0, 0, SegmentId.MAX_GENERATION + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PackId(0, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
