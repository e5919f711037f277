package io.weir.storage.hdfs;

import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.Store;
import io.weir.storage.hdfs.local.HdfsProcesses;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.utils.Time;

/**
 * A program, not a test: starts an HDFS in the directory that it is given, prints its address and figures, and keeps it
 * until the standard input ends.
 */
public final class HdfsFigures {
    private HdfsFigures() {}

    /** @param arguments the directory, and the number of DataNodes */
    public static void main(String[] arguments) throws IOException {
        try (HdfsProcesses processes =
                HdfsProcesses.start(Path.of(arguments[0]), arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3)) {
            System.out.println("uri " + processes.uri());
            figures(processes);
            System.out.println("ready");
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static void figures(HdfsProcesses processes) {
        HdfsStoreConfig config = HdfsStoreConfig.defaults(URI.create(processes.uri() + "/figures"));
        try (HdfsStore store = new HdfsStore(config, Time.SYSTEM);
                HdfsStore other = new HdfsStore(config, Time.SYSTEM)) {
            try (RollingWriter warming = new RollingWriter(store, "warm/")) {
                warming.write(1000);
            }
            flushes(store, 4096, 2000);
            flushes(store, 1 << 20, 100);
            for (int i = 0; i < 5; i++) {
                fence(store, other, i);
            }
            pause(store, "killed", () -> processes.kill(0));
            processes.restart(0);
            pause(store, "hung", () -> processes.pause(1));
            processes.resume(1);
        }
    }

    private static void flushes(Store store, int size, int count) {
        long[] micros = new long[count];
        String path = "flush/" + size + "-" + count;
        try (AppendFile file = store.createJournal(path)) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(size);
            for (int i = 0; i < count; i++) {
                long start = Time.SYSTEM.nanoseconds();
                file.append(List.of(bytes.clear()));
                file.flush();
                micros[i] = (Time.SYSTEM.nanoseconds() - start) / 1000;
            }
            file.seal();
        }
        store.delete(path);
        Arrays.sort(micros);
        System.out.printf(
                Locale.ROOT,
                "flush of %d bytes, ms: p50 %.2f p99 %.2f max %.2f%n",
                size,
                micros[count / 2] / 1e3,
                micros[count * 99 / 100] / 1e3,
                micros[count - 1] / 1e3);
    }

    private static void fence(Store store, Store other, int number) {
        String path = "fence/" + number;
        AppendFile file = store.createJournal(path);
        file.append(List.of(ByteBuffer.allocate(4096)));
        file.flush();
        long start = Time.SYSTEM.milliseconds();
        long length = other.fence(path);
        System.out.println("fence: " + (Time.SYSTEM.milliseconds() - start) + " ms, " + length + " bytes");
        try {
            file.flush();
        } catch (WeirException e) {
            System.out.println(e.kind());
        }
        file.close();
    }

    private static void pause(HdfsStore store, String what, Runnable blow) {
        try (RollingWriter writer = new RollingWriter(store, what + "/")) {
            writer.write(200);
            writer.measure();
            blow.run();
            writer.write(200);
            System.out.println("DataNode " + what + ": longest pause " + writer.longestPauseMs() + " ms, "
                    + writer.files() + " files");
        }
    }
}
