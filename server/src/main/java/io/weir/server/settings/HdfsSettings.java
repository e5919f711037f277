package io.weir.server.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How HDFS is used when the log is kept there.
 *
 * @param confDirectory of core-site.xml and hdfs-site.xml
 * @param suspectAfter without an answer to a write, its DataNodes are asked for a sign of life
 * @param stallTimeout a write is given up in any case
 * @param fenceTimeout how long a file may take to be closed under its writer
 * @param principal to log in as, with {@code keytab}
 */
public record HdfsSettings(
        Optional<Path> confDirectory,
        int replication,
        long blockBytes,
        boolean hsync,
        Duration suspectAfter,
        Duration stallTimeout,
        Duration fenceTimeout,
        Optional<String> principal,
        Optional<Path> keytab) {}
