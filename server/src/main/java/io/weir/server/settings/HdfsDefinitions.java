package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Settings of the store on HDFS. Pure; any thread. */
final class HdfsDefinitions {
    private static final long MEBIBYTE = 1024L * 1024;
    private static final int CHECKSUM_BYTES = 512;

    private HdfsDefinitions() {}

    static ConfigDef keys() {
        return new ConfigDef()
                .define(
                        WeirKeys.HDFS_CONF_DIR,
                        STRING,
                        null,
                        MEDIUM,
                        "Directory with core-site.xml and hdfs-site.xml, needed for a nameservice of several NameNodes,"
                                + " for Kerberos, and for whatever else your HDFS wants. Not set: the environment's"
                                + " `HADOOP_CONF_DIR`, if there is one.")
                .define(
                        WeirKeys.HDFS_REPLICATION,
                        INT,
                        3,
                        between(1, Short.MAX_VALUE),
                        MEDIUM,
                        "Copies of each file, on as many DataNodes.")
                .define(
                        WeirKeys.HDFS_BLOCK_BYTES,
                        LONG,
                        72 * MEBIBYTE,
                        atLeast(MEBIBYTE),
                        LOW,
                        "Length of a block, a multiple of 512. DataNodes reserve a whole one for each file that is open."
                                + " A commit log file and 8 MiB should fit into one.")
                .define(
                        WeirKeys.HDFS_HSYNC,
                        BOOLEAN,
                        false,
                        MEDIUM,
                        "What acknowledged means. `false`: all DataNodes of the file have it in memory (hflush), which"
                                + " only the loss of power of all of them at once can undo. `true`: they have it on"
                                + " their disks (hsync), which takes about twice as long.")
                .define(
                        WeirKeys.HDFS_SUSPECT_MS,
                        LONG,
                        300L,
                        atLeast(50),
                        LOW,
                        "After so long without an answer to a write its DataNodes are asked for a sign of life; when one"
                                + " gives none, the log goes on in a file on others.")
                .define(
                        WeirKeys.HDFS_STALL_MS,
                        LONG,
                        2000L,
                        atLeast(50),
                        LOW,
                        "After so long without an answer the log goes on in another file in any case.")
                .define(
                        WeirKeys.HDFS_FENCE_MS,
                        LONG,
                        120_000L,
                        atLeast(1000),
                        LOW,
                        "How long HDFS may take to close a file of a node that is gone. Usually a second; thirty"
                                + " heartbeats of the DataNodes when the one that leads the closing dies.")
                .define(
                        WeirKeys.HDFS_PRINCIPAL,
                        STRING,
                        null,
                        MEDIUM,
                        "Who to log in as where HDFS wants Kerberos, for example `weir/host@REALM`.")
                .define(
                        WeirKeys.HDFS_KEYTAB,
                        STRING,
                        null,
                        MEDIUM,
                        "The file with the principal's keys. The login is renewed by itself.");
    }

    static HdfsSettings settings(AbstractConfig values) {
        return new HdfsSettings(
                path(values, WeirKeys.HDFS_CONF_DIR),
                values.getInt(WeirKeys.HDFS_REPLICATION),
                values.getLong(WeirKeys.HDFS_BLOCK_BYTES),
                values.getBoolean(WeirKeys.HDFS_HSYNC),
                Duration.ofMillis(values.getLong(WeirKeys.HDFS_SUSPECT_MS)),
                Duration.ofMillis(values.getLong(WeirKeys.HDFS_STALL_MS)),
                Duration.ofMillis(values.getLong(WeirKeys.HDFS_FENCE_MS)),
                Optional.ofNullable(values.getString(WeirKeys.HDFS_PRINCIPAL)),
                path(values, WeirKeys.HDFS_KEYTAB));
    }

    private static Optional<Path> path(AbstractConfig values, String name) {
        return Optional.ofNullable(values.getString(name))
                .map(value -> Path.of(value).toAbsolutePath().normalize());
    }

    /** What must hold between them. */
    static void check(HdfsSettings settings) {
        if (settings.blockBytes() % CHECKSUM_BYTES != 0) {
            throw new ConfigException(
                    WeirKeys.HDFS_BLOCK_BYTES, settings.blockBytes(), "it must be a multiple of " + CHECKSUM_BYTES);
        }
        if (settings.stallTimeout().compareTo(settings.suspectAfter()) < 0) {
            throw new ConfigException(
                    WeirKeys.HDFS_STALL_MS,
                    settings.stallTimeout().toMillis(),
                    "it must be at least " + WeirKeys.HDFS_SUSPECT_MS + "="
                            + settings.suspectAfter().toMillis());
        }
        if (settings.principal().isPresent() != settings.keytab().isPresent()) {
            throw new ConfigException("Set both " + WeirKeys.HDFS_PRINCIPAL + " and " + WeirKeys.HDFS_KEYTAB
                    + ", or neither: the one says who, the other has the keys");
        }
    }
}
