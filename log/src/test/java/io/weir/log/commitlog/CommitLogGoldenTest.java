package io.weir.log.commitlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.log.commitlog.CommitLogFormat.EntryHeader;
import io.weir.log.commitlog.CommitLogFormat.FileHeader;
import io.weir.log.commitlog.CommitLogFormat.GroupHeader;
import io.weir.log.commitlog.CommitLogFormat.Seal;
import io.weir.log.commitlog.LogEntry.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/** The bytes of docs/formats/commit-log.md: those that an earlier version wrote must be read for ever. */
class CommitLogGoldenTest {
    private static final FileHeader HEADER =
            new FileHeader(1, 10, 2, 1, 4096, false, new Uuid(0x0102030405060708L, 0x090a0b0c0d0e0f10L), 128);

    private static final LogEntry.Target TARGET = new LogEntry.Target() {
        @Override
        public TopicIdPartition id() {
            return new TopicIdPartition(new Uuid(7, 8), 3, "t");
        }

        @Override
        public void committed(LogEntry entry) {}

        @Override
        public void settled() {}

        @Override
        public void delayed(LogEntry entry, RuntimeException cause) {}

        @Override
        public void abandoned(LogEntry entry, RuntimeException cause) {}
    };

    private static byte[] written() {
        ByteBuffer batch = MemoryRecords.withRecords(
                        41L,
                        Compression.NONE,
                        5,
                        new SimpleRecord(1_000_000, "k".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3}))
                .buffer();
        List<LogEntry> entries = List.of(
                LogEntry.data(TARGET, 5, 41, 42, 1_000_000, batch, null, null),
                LogEntry.logStart(TARGET, 5, 40, null),
                LogEntry.packs(TARGET, 9));
        ByteBuffer group = ByteBuffer.allocate(CommitLogFormat.groupOverhead(entries.size()));
        ByteBuffer header = CommitLogFormat.fileHeader(HEADER);
        CommitLogFormat.writeGroup(group, Seal.of(header), 17, entries);
        ByteBuffer all = ByteBuffer.allocate(HEADER.firstGroup()
                + (int) CommitLogFormat.roundUp(group.position() + batch.remaining(), HEADER.blockBytes()));
        return all.put(header)
                .position(HEADER.firstGroup())
                .put(group.flip())
                .put(batch.duplicate())
                .array();
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(CommitLogGoldenTest.class.getResourceAsStream("/commit-log/" + name))) {
            return HexFormat.of()
                    .parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", ""));
        }
    }

    @Test
    void theBytesAreStillTheSame() throws IOException {
        assertThat(HexFormat.of().formatHex(written())).isEqualTo(HexFormat.of().formatHex(golden("golden.hex")));
    }

    @Test
    void theGoldenFileIsRead() throws IOException {
        assertRead(ByteBuffer.wrap(golden("golden.hex")), HEADER);
    }

    @Test
    void theGoldenFileOfTheFirstVersionIsRead() throws IOException {
        assertRead(
                ByteBuffer.wrap(golden("golden-v1.hex")), new FileHeader(1, 10, 2, 1, 4096, false, HEADER.bootId(), 1));
    }

    private static void assertRead(ByteBuffer bytes, FileHeader header) {
        assertThat(CommitLogFormat.readFileHeader(bytes.duplicate())).isEqualTo(header);
        Seal seal = Seal.of(bytes);
        bytes.position(header.firstGroup());
        GroupHeader group = Objects.requireNonNull(CommitLogFormat.readGroupHeader(bytes, seal));
        assertThat(group).isEqualTo(new GroupHeader(17, 3, 72));
        bytes.position(bytes.position() + CommitLogFormat.GROUP_HEADER_BYTES);
        Uuid topic = new Uuid(7, 8);
        assertThat(CommitLogFormat.readEntryHeader(bytes))
                .isEqualTo(new EntryHeader(Kind.DATA, topic, 3, 5, 41, 1, 72));
        assertThat(CommitLogFormat.readEntryHeader(bytes))
                .isEqualTo(new EntryHeader(Kind.LOG_START, topic, 3, 5, 40, 0, 0));
        assertThat(CommitLogFormat.readEntryHeader(bytes)).isEqualTo(new EntryHeader(Kind.PACKS, topic, 3, 0, 9, 0, 0));
    }
}
