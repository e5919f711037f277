package io.weir.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.ReadFile;
import io.weir.storage.hdfs.local.HdfsProcesses;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Servers that die, hang and come back while a store is written; how long it took is printed. */
@ExtendWith(RealHdfs.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HdfsFailuresTest {
    private final HdfsProcesses processes;
    private final HdfsStoreConfig config;
    private final HdfsStoreConfig patient;
    private final List<HdfsStore> stores = new ArrayList<>();

    HdfsFailuresTest(RealHdfs.Servers servers) {
        this.processes = servers.processes();
        this.config = servers.newRoot();
        this.patient = servers.newPatientRoot();
    }

    private HdfsStore open(HdfsStoreConfig config) {
        HdfsStore store = new HdfsStore(config, Time.SYSTEM);
        stores.add(store);
        return store;
    }

    @AfterEach
    void close() {
        stores.forEach(HdfsStore::close);
    }

    @Test
    void aDataNodeThatDiesDoesNotStopTheWriter() {
        HdfsStore store = open(config);
        try (RollingWriter writer = new RollingWriter(store)) {
            writer.write(50);
            writer.measure();
            processes.kill(1);
            try {
                writer.write(50);
                report("DataNode killed", writer);
                writer.verify(store);
            } finally {
                processes.restart(1);
            }
        }
    }

    @Test
    void aDataNodeThatHangsDoesNotStopTheWriter() {
        HdfsStore store = open(config);
        try (RollingWriter writer = new RollingWriter(store)) {
            writer.write(50);
            writer.measure();
            processes.pause(2);
            try {
                writer.write(50);
                report("DataNode hung", writer);
                int files = writer.files();
                assertThat(writer.lastFailure().orElseThrow())
                        .as("the wait was ended, not waited out")
                        .hasRootCauseInstanceOf(InterruptedIOException.class);
                // Not by luck: the next files do without it, too.
                for (int i = 0; i < 3; i++) {
                    writer.close();
                    writer.write(5);
                }
                assertThat(writer.files()).isBetween(files + 2, files + 4);
            } finally {
                processes.resume(2);
                processes.awaitReady();
            }
            writer.verify(store);
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenAnotherProcessFencesABusyWriter() throws Exception {
        HdfsStore store = open(patient);
        HdfsStore other = open(patient);
        AtomicLong acknowledged = new AtomicLong();
        AppendFile file = store.createJournal("wal/1-1/0");
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<WeirException> writer = executor.submit(() -> catchThrowableOfType(WeirException.class, () -> {
                for (int i = 0; i < 1_000_000; i++) {
                    file.append(List.of(ByteBuffer.allocate(8).putLong(0, i)));
                    file.flush();
                    acknowledged.incrementAndGet();
                }
            }));
            while (acknowledged.get() < 100 && !writer.isDone()) {
                Thread.onSpinWait();
            }
            long startMs = Time.SYSTEM.milliseconds();
            long length = other.fence("wal/1-1/0");
            System.out.println("fence of a busy writer: " + (Time.SYSTEM.milliseconds() - startMs) + " ms");
            assertThat(writer.get().kind()).isEqualTo(FaultKind.FENCED);
            assertThat(length).isGreaterThanOrEqualTo(acknowledged.get() * 8);
            try (ReadFile in = other.open("wal/1-1/0")) {
                ByteBuffer last = ByteBuffer.allocate(8);
                in.readFully((acknowledged.get() - 1) * 8, last);
                assertThat(last.getLong(0)).isEqualTo(acknowledged.get() - 1);
            }
        }
        file.close();
    }

    @Test
    void aNameNodeThatIsAwayIsMissedForNewFilesOnlyAndComesBack() {
        HdfsStore store = open(patient);
        AppendFile file = store.createJournal("wal/1-1/0");
        file.append(List.of(ByteBuffer.wrap(new byte[100])));
        file.flush();
        processes.stopNameNode();
        try {
            file.append(List.of(ByteBuffer.wrap(new byte[100])));
            file.flush();
            for (Runnable call : List.<Runnable>of(
                    () -> store.createJournal("wal/1-1/1"),
                    () -> store.list("wal/"),
                    () -> store.open("wal/1-1/0"),
                    () -> store.fence("wal/1-1/3"),
                    () -> open(config))) {
                WeirException fault = catchThrowableOfType(WeirException.class, call::run);
                assertThat(fault.kind()).as(fault.getMessage()).isEqualTo(FaultKind.UNAVAILABLE);
                assertThat(fault).hasMessageContaining("cannot be reached").hasMessageContaining("weir.store");
            }
        } finally {
            processes.restartNameNode();
        }
        store.createJournal("wal/1-1/2").seal();
        file.append(List.of(ByteBuffer.wrap(new byte[100])));
        file.flush();
        file.seal();
        file.close();
        assertThat(store.fence("wal/1-1/0")).isEqualTo(300);
    }

    private static void report(String what, RollingWriter writer) {
        System.out.println(what + ": longest pause of acknowledgements " + writer.longestPauseMs() + " ms, "
                + writer.files() + " files");
    }
}
