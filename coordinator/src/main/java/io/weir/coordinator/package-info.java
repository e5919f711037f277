/**
 * Role. Groups and their offsets: Kafka's group coordinator on Weir's own log.
 *
 * <p>{@link io.weir.coordinator.GroupCoordinatorRole} runs Kafka's {@code GroupCoordinatorService} over the partitions
 * of {@code __consumer_offsets} that this node leads and follows the cluster's images; {@link
 * io.weir.coordinator.CoordinatorService} answers clients. Threads: Kafka's event threads own the groups, one thread
 * here owns which partitions are led, virtual threads load. Durable: every answer that promises something waits for
 * the high watermark of the offsets log.
 */
@NullMarked
package io.weir.coordinator;

import org.jspecify.annotations.NullMarked;
