package io.weir.storage.hdfs;

import io.weir.storage.hdfs.local.HdfsProcesses;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One HDFS of processes for all test classes of a run that ask for it; each puts right what it breaks. */
final class RealHdfs implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(RealHdfs.class);

    /** The servers. */
    record Servers(HdfsProcesses processes, Path directory, AtomicInteger stores) implements AutoCloseable {
        /** A directory that nobody has used. */
        HdfsStoreConfig newRoot() {
            return HdfsStoreConfig.defaults(URI.create(processes.uri() + "/weir/" + stores.incrementAndGet()));
        }

        /** The same, for who does not care how long servers take on a machine that is busy. */
        HdfsStoreConfig newPatientRoot() {
            HdfsStoreConfig base = newRoot();
            return new HdfsStoreConfig(
                    base.root(),
                    base.confDirectory(),
                    base.replication(),
                    base.blockBytes(),
                    base.hsync(),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    base.fenceTimeout(),
                    base.kerberos());
        }

        @Override
        public void close() throws Exception {
            processes.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Servers.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent("servers", _ -> start(), Servers.class);
    }

    private static Servers start() {
        try {
            Path directory = Files.createTempDirectory("weir-hdfs");
            return new Servers(HdfsProcesses.start(directory, 3), directory, new AtomicInteger());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
