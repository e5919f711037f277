package io.weir.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomCheckTest {
    @TempDir
    Path directory;

    @Test
    void whereThereIsRoomNobodyWaits() {
        try (RoomCheck room = new RoomCheck(directory, 1, Time.SYSTEM)) {
            assertThat(room.obstacle()).isEmpty();
            room.await();
        }
    }

    @Test
    void aDiskWithLessRoomThanIsWantedIsNamedWithTheWayOut() {
        try (RoomCheck room = new RoomCheck(directory, Long.MAX_VALUE, Time.SYSTEM)) {
            assertThat(room.obstacle().orElseThrow()).contains(directory.toString(), "is full", "weir.data.dir");
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed() {
        Path missing = directory.resolve("missing");
        try (RoomCheck room = new RoomCheck(missing, 1, Time.SYSTEM)) {
            assertThat(room.obstacle().orElseThrow()).contains(missing.toString(), "cannot be written");
        }
    }

    @Test
    void whoWaitsGoesOnAtTheClose() throws InterruptedException {
        RoomCheck room = new RoomCheck(directory, Long.MAX_VALUE, Time.SYSTEM);
        Thread waiting = Thread.ofPlatform().start(room::await);
        room.close();
        assertThat(waiting.join(Duration.ofSeconds(20))).isTrue();
    }
}
