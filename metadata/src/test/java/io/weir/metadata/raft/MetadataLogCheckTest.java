package io.weir.metadata.raft;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataLogCheckTest {
    private static final int EPOCH = 5;
    private static final String SEGMENT = "00000000000000000000.log";

    @TempDir
    Path temp;

    private byte[] sound = new byte[0];
    private int batchSize;

    @BeforeEach
    void threeBatches() {
        ByteBuffer all = ByteBuffer.allocate(10_000);
        for (int offset = 0; offset < 3; offset++) {
            MemoryRecords batch = MemoryRecords.withRecords(
                    offset,
                    Compression.NONE,
                    EPOCH,
                    new SimpleRecord(1L, null, ("record " + offset).getBytes(StandardCharsets.UTF_8)));
            batchSize = batch.sizeInBytes();
            all.put(batch.buffer().duplicate());
        }
        sound = Arrays.copyOf(all.array(), all.position());
    }

    @Test
    void soundLogIsTaken() {
        assertTaken(sound, SEGMENT);
        assertTaken(new byte[0], SEGMENT);
    }

    @Test
    void endThatACrashTearsIsTaken() {
        for (int length = 2 * batchSize; length < sound.length; length++) {
            assertTaken(Arrays.copyOf(sound, length), SEGMENT);
        }
        assertTaken(Arrays.copyOf(sound, sound.length + 4096), SEGMENT);
        byte[] halfWritten = Arrays.copyOf(sound, 2 * batchSize + 4096);
        System.arraycopy(sound, 2 * batchSize, halfWritten, 2 * batchSize, 30);
        assertTaken(halfWritten, SEGMENT);
    }

    @Test
    void anEpochFileThatCannotBeReadIsNamed() throws Exception {
        Path epochs = temp.resolve("leader-epoch-checkpoint");
        Files.writeString(epochs, "0\n1\n5 0\n");
        assertTaken(sound, SEGMENT);
        for (String damaged : new String[] {"0\n1\n5 \0\n", "0\n2\n5 0\n", "0\n1\n", "x", "0\n1\n50\n"}) {
            Files.writeString(epochs, damaged);
            assertRefused(sound, SEGMENT, "leader-epoch-checkpoint");
        }
    }

    @Test
    void everyFlippedByteIsFound() {
        for (int at = 0; at < sound.length; at++) {
            int inBatch = at % batchSize;
            if (at >= 2 * batchSize && inBatch >= 12 && inBatch < 16) {
                // The leader epoch is outside the checksum, and nothing follows that would contradict it.
                continue;
            }
            if (at >= 2 * batchSize && inBatch < 12) {
                // A wrong length at the very end looks like a tear.
                continue;
            }
            byte[] flipped = sound.clone();
            flipped[at] ^= 0x40;
            assertRefused(flipped, SEGMENT, SEGMENT);
        }
    }

    @Test
    void tearBeforeAnotherSegmentIsDamage() throws Exception {
        Files.write(temp.resolve("00000000000000000003.log"), sound);
        assertRefused(Arrays.copyOf(sound, sound.length - 1), SEGMENT, SEGMENT);
    }

    @Test
    void snapshotsAreChecked() {
        byte[] flipped = sound.clone();
        flipped[batchSize + 40] ^= 1;
        assertRefused(flipped, "00000000000000000003-0000000001.checkpoint", "checkpoint");
    }

    private void assertTaken(byte[] bytes, String file) {
        assertThatCode(check(bytes, file)).as("length %s", bytes.length).doesNotThrowAnyException();
    }

    private void assertRefused(byte[] bytes, String file, String message) {
        assertThatThrownBy(check(bytes, file))
                .isInstanceOfSatisfying(
                        WeirException.class,
                        fault -> org.assertj.core.api.Assertions.assertThat(fault.kind())
                                .isEqualTo(FaultKind.CORRUPT))
                .hasMessageContaining(message);
    }

    private ThrowingCallable check(byte[] bytes, String file) {
        return () -> {
            Files.write(temp.resolve(file), bytes);
            MetadataLogCheck.check(temp);
        };
    }
}
