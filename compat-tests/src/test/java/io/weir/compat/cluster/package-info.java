/** Several nodes, each a process with roles of its own, on a real HDFS. */
@NullMarked
package io.weir.compat.cluster;

import org.jspecify.annotations.NullMarked;
