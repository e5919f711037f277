package io.weir.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.storage.AppendFile;
import io.weir.storage.Store;
import io.weir.storage.StoreContract;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
    private final MemoryStore memory = new MemoryStore(Time.SYSTEM);

    @Override
    protected Store newStore() {
        return memory;
    }

    @Test
    void aCrashLosesWhatWasNotFlushedAndNothingElse() {
        AppendFile file = memory.create("wal/1");
        file.append(List.of(text("one")));
        file.append(List.of(text("two")));
        file.flush();
        file.append(List.of(text("three")));
        write("sealed", new byte[] {1, 2});
        memory.create("name-only");

        memory.crash();

        assertThat(string(readAll("wal/1"))).isEqualTo("onetwo");
        assertThat(readAll("sealed")).containsExactly(1, 2);
        assertThat(readAll("name-only")).isEmpty();
        assertFault(FaultKind.CLOSED, file::flush);
        assertThat(memory.fence("wal/1")).isEqualTo(6);
    }

    @Test
    void aCrashByChanceKeepsAPrefixOfWhatWasNotFlushed() {
        TreeSet<Integer> kept = new TreeSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            String path = "wal/" + i;
            AppendFile file = memory.create(path);
            file.append(List.of(text("ab")));
            file.flush();
            file.append(List.of(text("cd")));
            file.append(List.of(text("ef")));
            memory.crash(random);
            String found = string(readAll(path));
            assertThat("abcdef").startsWith(found);
            kept.add(found.length());
        }
        assertThat(kept).containsExactly(2, 3, 4, 5, 6);
    }
}
