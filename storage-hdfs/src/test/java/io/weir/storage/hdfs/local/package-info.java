/** Tests of an HDFS of processes. */
@NullMarked
package io.weir.storage.hdfs.local;

import org.jspecify.annotations.NullMarked;
