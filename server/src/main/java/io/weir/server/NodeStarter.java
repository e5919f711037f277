package io.weir.server;

import io.weir.server.settings.WeirSettings;

/** Makes a node out of settings: the wiring, as the command line and the test kit see it. */
@FunctionalInterface
public interface NodeStarter {
    /**
     * Starts every role and returns when clients are served. Blocks.
     *
     * @throws io.weir.common.error.WeirException INVALID when a setting cannot be met here, such as an address that is
     *     taken; nothing is left running
     */
    RunningNode start(WeirSettings settings);
}
