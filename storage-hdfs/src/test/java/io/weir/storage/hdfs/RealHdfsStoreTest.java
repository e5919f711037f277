package io.weir.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import io.weir.storage.StoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on a NameNode and three DataNodes, and what processes that share a store do to each other. */
@ExtendWith(RealHdfs.class)
class RealHdfsStoreTest extends StoreContract {
    private final HdfsStoreConfig config;

    RealHdfsStoreTest(RealHdfs.Servers servers) {
        this.config = servers.newPatientRoot();
    }

    @Override
    protected Store newStore() {
        return another();
    }

    private HdfsStore another() {
        return new HdfsStore(config, Time.SYSTEM);
    }

    @Test
    void anotherProcessFencesTheWriterAndFindsWhatItFlushed() {
        AppendFile file = store().create("wal/1-1/0");
        file.append(List.of(text("flushed")));
        file.flush();
        try (HdfsStore other = another()) {
            assertFault(FaultKind.INVALID, () -> other.create("wal/1-1/0"));
            assertThat(other.fence("wal/1-1/0")).isEqualTo(7);
            // The append may not reach a server; the flush has to.
            assertFault(FaultKind.FENCED, () -> {
                file.append(List.of(text("late")));
                file.flush();
            });
            assertFault(FaultKind.FENCED, () -> file.append(List.of(text("later"))));
            file.close();
            assertThat(other.fence("wal/1-1/0")).isEqualTo(7);
        }
        assertThat(string(readAll("wal/1-1/0"))).isEqualTo("flushed");
    }

    @Test
    void aWriterThatIsFencedBeforeItsFirstFlushIsFencedThen() {
        AppendFile file = store().create("wal/1-1/0");
        file.append(List.of(text("never")));
        try (HdfsStore other = another()) {
            assertThat(other.fence("wal/1-1/0")).isZero();
        }
        assertFault(FaultKind.FENCED, file::flush);
        assertFault(FaultKind.FENCED, file::flush);
        file.close();
    }

    @Test
    void aWriterThatIsFencedCannotSeal() {
        AppendFile file = store().create("wal/1-1/0");
        file.append(List.of(text("flushed")));
        file.flush();
        file.append(List.of(text("never")));
        try (HdfsStore other = another()) {
            assertThat(other.fence("wal/1-1/0")).isBetween(7L, 12L);
        }
        assertFault(FaultKind.FENCED, file::seal);
        file.close();
    }

    @Test
    void aWriterWhoseFileAnotherProcessDeletesIsFencedWhenItSeals() {
        AppendFile file = store().create("topics/a/0/1");
        file.append(List.of(text("bytes")));
        file.flush();
        try (HdfsStore other = another()) {
            other.delete("topics/a/0/1");
            assertThat(other.list("")).isEmpty();
        }
        assertFault(FaultKind.FENCED, file::seal);
        file.close();
    }

    @Test
    void aFileLongerThanItsBlocksIsOneFile() {
        HdfsStoreConfig small = new HdfsStoreConfig(
                URI.create(config.root() + "-small"),
                config.confDirectory(),
                2,
                1 << 20,
                true,
                config.suspectAfter(),
                config.stallTimeout(),
                config.fenceTimeout(),
                config.kerberos());
        byte[] bytes = randomBytes(5_000_001, 3);
        try (HdfsStore store = new HdfsStore(small, Time.SYSTEM)) {
            try (AppendFile file = store.create("a/b")) {
                for (int at = 0; at < bytes.length; at += 300_000) {
                    int size = Math.min(300_000, bytes.length - at);
                    file.append(List.of(
                            ByteBuffer.allocateDirect(size).put(bytes, at, size).flip()));
                    file.flush();
                }
                file.seal();
            }
            assertThat(store.fence("a/b")).isEqualTo(bytes.length);
            try (var file = store.open("a/b")) {
                ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length - 7);
                file.readFully(7, direct);
                assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(bytes, 7, bytes.length - 7));
            }
        }
    }

    @Test
    void emptyDirectoriesAreRemoved() throws IOException {
        write("topics/a/0/1", new byte[] {1});
        write("topics/b/0/1", new byte[] {1});
        store().delete("topics/a/0/1");
        try (FileSystem hdfs = FileSystem.newInstance(config.root(), new Configuration())) {
            assertThat(hdfs.exists(new Path(config.root() + "/topics/a"))).isFalse();
            assertThat(hdfs.exists(new Path(config.root() + "/topics/b/0"))).isTrue();
            store().delete("topics/b/0/1");
            assertThat(hdfs.exists(new Path(config.root() + "/topics"))).isFalse();
            assertThat(hdfs.exists(new Path(config.root()))).isTrue();
            // One that was left is in nobody's way.
            hdfs.mkdirs(new Path(config.root() + "/topics/c/d"));
            assertThat(store().list("")).isEmpty();
            write("topics/c/d", new byte[] {1});
            assertFault(FaultKind.INVALID, () -> store().create("topics/c"));
            store().delete("topics/c");
            assertThat(readAll("topics/c/d")).containsExactly(1);
        }
    }

    @Test
    void aPrefixMayEndAnywhere() {
        List<String> paths =
                IntStream.range(0, 30).mapToObj(i -> "d/" + i + "/x" + i).toList();
        paths.forEach(path -> write(path, new byte[] {1}));
        for (String prefix : List.of("d/1", "d/2", "d/29", "d/9/x", "d/9/x9", "d/3/", "d", "d/4/y")) {
            assertThat(store().list(prefix))
                    .extracting(FileStatus::path)
                    .containsExactlyElementsOf(paths.stream()
                            .filter(path -> path.startsWith(prefix))
                            .sorted()
                            .toList());
        }
    }
}
