package io.weir.storage.hdfs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * @param root directory of the store, {@code hdfs://namenode:port/path} or {@code hdfs://nameservice/path}; made when
 *     it is not there
 * @param confDirectory with core-site.xml and hdfs-site.xml; they win over Weir's defaults, and are looked for on the
 *     class path as well
 * @param replication copies of each file
 * @param blockBytes length of a block, a multiple of 512; a DataNode reserves a whole one for each file that is open.
 *     A commit log file with its last group should fit into one
 * @param hsync whether a flush waits for the DataNodes' disks, not only for their memory
 * @param suspectAfter after so long without an answer to a write its DataNodes are asked for a sign of life; when one
 *     gives none, the write is given up. More bytes have more time, {@link #STALL_BYTES_PER_SECOND}
 * @param stallTimeout after so long a write to a journal is given up even when all DataNodes answer; other files, for
 *     which nobody waits, have {@link #PATIENCE} times as long
 * @param fenceTimeout how long a file may take to be closed under its writer
 * @param kerberos who to log in as; empty takes whom the process's own login shows
 */
public record HdfsStoreConfig(
        URI root,
        Optional<Path> confDirectory,
        int replication,
        long blockBytes,
        boolean hsync,
        Duration suspectAfter,
        Duration stallTimeout,
        Duration fenceTimeout,
        Optional<Kerberos> kerberos) {
    /** Slower than this is a stall. */
    public static final long STALL_BYTES_PER_SECOND = 16L << 20;

    /** Files that nobody waits for may take so many times as long. */
    public static final int PATIENCE = 5;

    /** Where the root comes from, for messages. */
    public static final String ROOT_SETTING = "weir.store";

    /** A principal and the keytab file with its keys. */
    public record Kerberos(String principal, Path keytab) {}

    /** Checks what would make the store unusable. */
    public HdfsStoreConfig {
        if (!"hdfs".equals(root.getScheme())
                || root.getAuthority() == null
                || root.getPath() == null
                || root.getPath().length() < 2
                || root.getQuery() != null
                || root.getFragment() != null) {
            throw new IllegalArgumentException("'" + root + "' names no directory in HDFS: write"
                    + " hdfs://namenode:port/path, or hdfs://nameservice/path");
        }
        if (replication < 1 || replication > Short.MAX_VALUE) {
            throw new IllegalArgumentException("replication " + replication + " must be at least 1");
        }
        if (blockBytes < 1 << 20 || blockBytes % 512 != 0) {
            throw new IllegalArgumentException(
                    "blockBytes " + blockBytes + " must be at least 1048576 and a multiple of 512");
        }
        if (suspectAfter.toMillis() < 50 || stallTimeout.compareTo(suspectAfter) < 0) {
            throw new IllegalArgumentException("suspectAfter " + suspectAfter + " must be at least 50 ms and at most"
                    + " stallTimeout " + stallTimeout);
        }
    }

    /** Three copies, acknowledged from memory. */
    public static HdfsStoreConfig defaults(URI root) {
        return new HdfsStoreConfig(
                root,
                Optional.empty(),
                3,
                72L << 20,
                false,
                Duration.ofMillis(300),
                Duration.ofSeconds(2),
                Duration.ofSeconds(120),
                Optional.empty());
    }
}
