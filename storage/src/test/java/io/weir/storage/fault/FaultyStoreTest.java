package io.weir.storage.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.StoreContract;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class FaultyStoreTest extends StoreContract {
    private final List<Duration> delays = new ArrayList<>();
    private final FaultyStore faulty = new FaultyStore(new MemoryStore(Time.SYSTEM), new Random(1), delays::add);

    @Override
    protected Store newStore() {
        return faulty;
    }

    @Test
    void aFailureBeforeTheEffectLeavesNothingAndOneAfterItLeavesAll() {
        ScriptedFaults script = new ScriptedFaults()
                .once(Operation.CREATE, "a", new Fault.Before())
                .once(Operation.CREATE, "b", new Fault.After())
                .once(Operation.DELETE, "c", new Fault.Before());
        write("c", new byte[] {1});
        faulty.use(script);

        assertFault(FaultKind.UNAVAILABLE, () -> faulty.create("a"));
        assertFault(FaultKind.UNAVAILABLE, () -> faulty.create("b"));
        assertFault(FaultKind.UNAVAILABLE, () -> faulty.delete("c"));

        assertThat(script.remaining()).isZero();
        assertThat(faulty.list("")).extracting("path").containsExactly("b", "c");
    }

    @Test
    void aFailedFlushPoisonsTheFileWhateverItsEffect() {
        for (Fault fault : List.of(new Fault.Before(), new Fault.After())) {
            String path = fault.getClass().getSimpleName();
            AppendFile file = faulty.create(path);
            file.append(List.of(ByteBuffer.wrap(new byte[] {1, 2})));
            faulty.use(new ScriptedFaults().once(Operation.FLUSH, path, fault));
            assertFault(FaultKind.UNAVAILABLE, file::flush);
            assertThat(assertFault(FaultKind.UNAVAILABLE, file::flush)).hasMessageContaining("failed before");
        }
        assertThat(readAll("After")).containsExactly(1, 2);
        assertThat(readAll("Before")).isEmpty();
    }

    @Test
    void aCrashKeepsWhatWasFlushedAndByChanceAPrefixOfTheRest() {
        TreeSet<Integer> kept = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            AppendFile file = faulty.create("wal/" + i);
            file.append(List.of(text("ab")));
            file.flush();
            file.append(List.of(text("cd"), text("e")));
            faulty.crash();
            assertFault(FaultKind.CLOSED, file::flush);
            String found = string(readAll("wal/" + i));
            assertThat("abcde").startsWith(found);
            kept.add(found.length());
        }
        assertThat(kept).containsExactly(2, 3, 4, 5);
    }

    @Test
    void aSlowOperationTakesTheInjectedDelay() {
        faulty.use(new ScriptedFaults().once(Operation.LIST, "", new Fault.Slow(Duration.ofSeconds(3))));
        faulty.list("");
        assertThat(delays).containsExactly(Duration.ofSeconds(3));
    }

    @Test
    void whenRoomRunsOutTheAppendBreaksOffInTheMiddle() {
        faulty.limitRoom(5);
        AppendFile file = faulty.create("file");
        file.append(List.of(text("abc")));
        file.flush();
        WeirException fault = assertFault(FaultKind.UNAVAILABLE, () -> file.append(List.of(text("defg"))));
        assertThat(fault).hasMessageContaining("no space left");
        file.close();
        assertThat(string(readAll("file"))).isEqualTo("abcde");
        faulty.heal();
        write("other", new byte[10]);
    }

    @Test
    void aReadOnlyStoreIsReadAndNotChanged() {
        write("file", new byte[] {1});
        faulty.readOnly(true);
        assertFault(FaultKind.UNAVAILABLE, () -> faulty.create("other"));
        assertFault(FaultKind.UNAVAILABLE, () -> faulty.delete("file"));
        assertThat(readAll("file")).containsExactly(1);
        assertThat(faulty.list("")).hasSize(1);
    }

    @Test
    void damageStays() {
        write("file", new byte[] {1, 2, 3, 4});
        faulty.flip("file", 2, 0x80);
        assertThat(readAll("file")).containsExactly(1, 2, 3 ^ 0x80, 4);
        faulty.truncate("file", 3);
        assertThat(readAll("file")).containsExactly(1, 2, 3 ^ 0x80);
    }

    @Test
    void aStalledFlushHangsUntilReleasedAndAFenceGoesPastIt() throws Exception {
        AppendFile file = faulty.create("wal/1");
        file.append(List.of(ByteBuffer.wrap(new byte[] {1})));
        Stall stall = faulty.stall(Operation.FLUSH, "wal/");
        CompletableFuture<Void> flush = CompletableFuture.runAsync(file::flush, Thread::startVirtualThread);
        assertThat(stall.awaitArrival(Duration.ofSeconds(20))).isTrue();
        assertThat(flush).isNotDone();
        long length = faulty.fence("wal/1");
        stall.release();
        assertThat(flush.handle((done, cause) -> cause).get(20, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(WeirException.class);
        assertThat(readAll("wal/1")).hasSize((int) length);
    }

    @Test
    void aSeedRepeatsARun() {
        assertThat(run(42)).isEqualTo(run(42)).isNotEqualTo(run(43));
        assertThat(run(42)).contains("UNAVAILABLE").contains("ok");
    }

    private static String run(long seed) {
        Random random = new Random(seed);
        StringBuilder story = new StringBuilder();
        FaultyStore store = new FaultyStore(
                new MemoryStore(Time.SYSTEM),
                random,
                delay -> story.append(delay).append(' '));
        store.use(new RandomFaults(
                random, new RandomFaults.Rates(0.1, 0.1, 0.1, Duration.ofMillis(50), EnumSet.allOf(Operation.class))));
        for (int i = 0; i < 50; i++) {
            String path = "f" + i;
            try (AppendFile file = store.create(path)) {
                file.append(List.of(ByteBuffer.wrap(new byte[100])));
                file.flush();
                file.append(List.of(ByteBuffer.wrap(new byte[100])));
                if (random.nextInt(5) == 0) {
                    store.crash();
                }
                file.seal();
                story.append("ok ");
            } catch (WeirException e) {
                story.append(e.kind()).append(' ');
            }
        }
        store.heal();
        store.list("").forEach(file -> story.append(file.path()).append('=').append(file.lengthBytes()));
        try (ReadFile any = store.open(store.list("").getFirst().path())) {
            story.append(any.lengthBytes());
        }
        return story.toString();
    }
}
