package io.weir.server.wiring;

import io.weir.broker.describe.LogDir;
import io.weir.server.settings.HdfsSettings;
import io.weir.server.settings.WeirSettings;
import io.weir.storage.Store;
import io.weir.storage.hdfs.HdfsStore;
import io.weir.storage.hdfs.HdfsStoreConfig;
import io.weir.storage.local.LocalStore;
import io.weir.storage.local.LocalStoreConfig;
import io.weir.storage.memory.MemoryStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** The store that the settings ask for, and what else depends on where it is. */
public final class Stores {
    private static final String HADOOP_CONF_DIR = "HADOOP_CONF_DIR";

    private Stores() {}

    /**
     * Opens it; blocks on the disk or the network.
     *
     * @throws io.weir.common.error.WeirException with the setting and the way out
     */
    public static Store open(WeirSettings settings, Time time) {
        if (settings.inMemory()) {
            return new MemoryStore(time);
        }
        return settings.sharedStore()
                ? new HdfsStore(hdfs(settings, Optional.ofNullable(System.getenv(HADOOP_CONF_DIR))), time)
                : new LocalStore(new LocalStoreConfig(settings.dataDirectory(), settings.directIo()));
    }

    /** @param environment a directory of site files, when the settings name none */
    static HdfsStoreConfig hdfs(WeirSettings settings, Optional<String> environment) {
        HdfsSettings hdfs = settings.hdfs();
        return new HdfsStoreConfig(
                URI.create(settings.store()),
                hdfs.confDirectory().or(() -> environment.map(Path::of)),
                hdfs.replication(),
                hdfs.blockBytes(),
                hdfs.hsync(),
                hdfs.suspectAfter(),
                hdfs.stallTimeout(),
                hdfs.fenceTimeout(),
                hdfs.principal()
                        .flatMap(principal ->
                                hdfs.keytab().map(keytab -> new HdfsStoreConfig.Kerberos(principal, keytab))));
    }

    /** The boot that the store's unflushed bytes live and die with; ZERO where that is not this machine's. */
    static Uuid bootId(WeirSettings settings) {
        return settings.inMemory() || settings.sharedStore() ? Uuid.ZERO_UUID : BootId.read();
    }

    /** What clients are told of the volume that has the log. */
    static LogDir volume(WeirSettings settings) {
        return settings.sharedStore() ? new SharedVolume(settings.store()) : new DataVolume(settings.dataDirectory());
    }

    /** Nobody says how large it is. */
    private record SharedVolume(String name) implements LogDir {
        @Override
        public long totalBytes() {
            return UNKNOWN_BYTES;
        }

        @Override
        public long usableBytes() {
            return UNKNOWN_BYTES;
        }
    }
}
