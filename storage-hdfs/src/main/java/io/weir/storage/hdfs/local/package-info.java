/**
 * An HDFS of real processes on this machine, to try Weir on and to test it with: a NameNode and DataNodes on the
 * loopback address, from Hadoop's own jars, which {@code bin/hdfs-servers} fetches. They can be killed, made to hang
 * and started again. Nothing here is used by a node.
 */
@NullMarked
package io.weir.storage.hdfs.local;

import org.jspecify.annotations.NullMarked;
