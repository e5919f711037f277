/**
 * The store on HDFS. A file is written by one client and replicated by a pipeline of DataNodes; the write right is
 * HDFS's lease, fencing is lease recovery. Durable is what the DataNodes of the pipeline have acknowledged: in the
 * memory of all of them (hflush), or on their disks (hsync) when the settings say so. A write that gets no answer is
 * given up by {@link io.weir.storage.hdfs.StallWatch}, and {@link io.weir.storage.hdfs.Placement} keeps the next
 * files away from the DataNode that is to blame. Calls block; any thread may make them.
 */
@NullMarked
package io.weir.storage.hdfs;

import org.jspecify.annotations.NullMarked;
