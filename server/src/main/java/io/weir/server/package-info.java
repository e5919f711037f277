/**
 * Main and wiring: the deployment on one screen. {@link io.weir.server.Main} runs the command line of {@code command};
 * {@code start} turns {@code settings} into a {@link io.weir.server.RunningNode} through a
 * {@link io.weir.server.NodeStarter}.
 */
@NullMarked
package io.weir.server;

import org.jspecify.annotations.NullMarked;
