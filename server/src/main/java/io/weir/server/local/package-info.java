/**
 * A cluster on one machine, for trying: which processes it has ({@link io.weir.server.local.LocalPlan}), who they are
 * while they run ({@link io.weir.server.local.LocalProcess}), starting and stopping them. On the thread of the command.
 */
@NullMarked
package io.weir.server.local;

import org.jspecify.annotations.NullMarked;
