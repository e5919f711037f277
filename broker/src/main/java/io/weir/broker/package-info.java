/**
 * Role. Answers produce, fetch and offset requests for the partitions that this node owns.
 *
 * <p>{@link io.weir.broker.BrokerService} hands each request to the package that knows it: {@code produce},
 * {@code fetch}, {@code offsets}, {@code describe}. All of them run on the thread that called and finish on
 * whichever thread brings the last piece; none blocks and none keeps a thread while it waits.
 * {@link io.weir.broker.ownership.Ownership} follows the metadata and decides which partitions are open here.
 * Nothing in this role is durable: {@code log} is.
 */
@NullMarked
package io.weir.broker;

import org.jspecify.annotations.NullMarked;
