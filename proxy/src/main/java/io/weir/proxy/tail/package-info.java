/**
 * Reading partitions whose owner is another node. However many consumers of this proxy read a partition, one
 * subscription ({@link io.weir.proxy.tail.RemoteTail}: a FETCH that waits at the owner) brings its new records, whose
 * buffers stay as they came until they are the oldest of too many; all consumers are answered from there. Old records come
 * out of the store. What is in neither is asked of the owner once for all who want it.
 *
 * <p>Any thread: connections', answers', the timer's, the metadata's. Records are leased; a chunk gives its buffer back when
 * neither the tail nor an answer has it any more.
 */
@NullMarked
package io.weir.proxy.tail;

import org.jspecify.annotations.NullMarked;
