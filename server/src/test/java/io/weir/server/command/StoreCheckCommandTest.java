package io.weir.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.server.StoreOpener;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.memory.MemoryStore;
import java.util.List;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class StoreCheckCommandTest {
    @Test
    void aGoodStorePassesAndIsLeftEmpty() {
        MemoryStore store = new MemoryStore(Time.SYSTEM);

        CommandRun run = check(settings -> new Half(store), "--flushes", "3");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("ok      open ")
                .contains("3 flushes of 4 KiB: half within ")
                .contains("the old writer was stopped, which took ")
                .contains("The store does what Weir needs.")
                .doesNotContain("FAILED");
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void programsGetAllStepsAndFigures() {
        CommandRun run = check(settings -> new MemoryStore(Time.SYSTEM), "--json", "--flushes", "2");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("\"store\":\"memory\",\"passed\":true")
                .contains("{\"step\":\"flush\",\"passed\":true,")
                .contains("\"p50Micros\":");
    }

    @Test
    void aStoreThatLetsTwoWritersMakeAFileFails() {
        CommandRun run = check(
                settings -> new Half(new MemoryStore(Time.SYSTEM)) {
                    private int made;

                    @Override
                    public AppendFile create(String path) {
                        return super.create(path + made++);
                    }
                },
                "--flushes",
                "1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("FAILED  create")
                .contains("creation is not exclusive")
                .doesNotContain("fence");
    }

    @Test
    void aStoreWhoseWritersOutliveAFenceFails() {
        CommandRun run = check(
                settings -> new Half(new MemoryStore(Time.SYSTEM)) {
                    @Override
                    public long fence(String path) {
                        return Long.MAX_VALUE;
                    }
                },
                "--flushes",
                "1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("FAILED  fence").contains("the old writer still writes");
    }

    @Test
    void aStoreThatIsAwaySaysWhy() {
        CommandRun run = check(settings -> {
            throw new WeirException(FaultKind.UNAVAILABLE, "The NameNode sleeps.");
        });

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("FAILED  open  The NameNode sleeps.").contains("does not do what Weir needs");
    }

    @Test
    void aSettingThatCannotBeIsAMistakeOfTheCaller() {
        CommandRun run = check(settings -> new MemoryStore(Time.SYSTEM), "--set", "weir.store=tape");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("weir.store");
    }

    private static CommandRun check(StoreOpener opener, String... words) {
        String[] all = new String[words.length + 4];
        all[0] = "store";
        all[1] = "check";
        all[2] = "--set";
        all[3] = "weir.store=memory";
        System.arraycopy(words, 0, all, 4, words.length);
        return CommandRun.of(opener, all);
    }

    /** A store that a test spoils. */
    private static class Half implements Store {
        private final Store whole;

        Half(Store whole) {
            this.whole = whole;
        }

        @Override
        public AppendFile create(String path) {
            return whole.create(path);
        }

        @Override
        public ReadFile open(String path) {
            return whole.open(path);
        }

        @Override
        public List<FileStatus> list(String prefix) {
            return whole.list(prefix);
        }

        @Override
        public void delete(String path) {
            whole.delete(path);
        }

        @Override
        public long fence(String path) {
            return whole.fence(path);
        }

        @Override
        public void close() {
            // The test looks into it afterwards.
        }
    }
}
