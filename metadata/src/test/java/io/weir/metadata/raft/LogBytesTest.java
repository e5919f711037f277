package io.weir.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.record.internal.UnalignedFileRecords;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogBytesTest {
    @TempDir
    Path temp;

    @Test
    void piecesOfTheLogBecomeMemory() throws Exception {
        MemoryRecords written =
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord("a".getBytes(StandardCharsets.UTF_8)));
        File file = temp.resolve("log").toFile();
        try (FileRecords log = FileRecords.open(file)) {
            log.append(written);
            log.append(written);
            FetchResponseData answer = new FetchResponseData()
                    .setResponses(List.of(new FetchResponseData.FetchableTopicResponse()
                            .setPartitions(List.of(new FetchResponseData.PartitionData()
                                    .setRecords(log.slice(written.sizeInBytes(), written.sizeInBytes()))))));
            LogBytes.inMemory(answer);
            assertThat(answer.responses().getFirst().partitions().getFirst().records())
                    .isEqualTo(written);
        }
    }

    @Test
    void piecesOfASnapshotBecomeMemory() throws Exception {
        Path file = temp.resolve("snapshot");
        Files.writeString(file, "0123456789");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            FetchSnapshotResponseData answer = new FetchSnapshotResponseData()
                    .setTopics(List.of(new FetchSnapshotResponseData.TopicSnapshot()
                            .setPartitions(List.of(new FetchSnapshotResponseData.PartitionSnapshot()
                                    .setUnalignedRecords(new UnalignedFileRecords(channel, 3, 4))))));
            LogBytes.inMemory(answer);
            var bytes = (UnalignedMemoryRecords)
                    answer.topics().getFirst().partitions().getFirst().unalignedRecords();
            assertThat(bytes.buffer()).isEqualTo(ByteBuffer.wrap("3456".getBytes(StandardCharsets.UTF_8)));
        }
    }
}
