/**
 * This node as a member of the cluster: it registers with the controller, keeps its session alive, asks to be used,
 * and says goodbye. The controller is a {@link io.weir.kafka.Service}, in this process or, by
 * {@link io.weir.metadata.node.RemoteController}, whichever of several decides.
 */
@NullMarked
package io.weir.metadata.node;

import org.jspecify.annotations.NullMarked;
