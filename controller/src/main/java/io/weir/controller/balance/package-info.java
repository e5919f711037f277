/**
 * Who may own which partition, and who does: kept as wished while nodes come and go. {@link
 * io.weir.controller.balance.Planner} decides, from nothing but what it is given; {@link
 * io.weir.controller.balance.Balancer} runs beside each controller, acts while that one is active, and carries plans
 * out in batches, through the same calls that Kafka's tools make.
 */
@NullMarked
package io.weir.controller.balance;

import org.jspecify.annotations.NullMarked;
