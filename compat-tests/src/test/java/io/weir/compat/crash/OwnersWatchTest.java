package io.weir.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Two owners are found out. */
class OwnersWatchTest {
    private final OwnersWatch watch = new OwnersWatch(List.of());

    @Test
    void oneOwnerAfterTheOtherIsWellAndTwoOfOneEpochAreNot() {
        watch.note(1, row("writable", 4));
        watch.note(2, row("recovering", 5));
        watch.note(1, row("writable", 4));
        watch.note(2, row("writable", 5));
        assertThat(watch.doubled()).isEmpty();
        assertThat(watch.seen()).isEqualTo(2);

        watch.note(1, row("writable", 5));
        assertThat(watch.doubled())
                .singleElement()
                .asString()
                .contains("node 1")
                .contains("node 2");
    }

    private static String row(String state, int epoch) {
        return "[{\"topic\":\"orders\",\"partition\":0,\"state\":\"" + state + "\",\"leaderEpoch\":" + epoch + "}]";
    }
}
