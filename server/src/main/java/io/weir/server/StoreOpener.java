package io.weir.server;

import io.weir.server.settings.WeirSettings;
import io.weir.storage.Store;

/** Opens the store that settings ask for. */
@FunctionalInterface
public interface StoreOpener {
    /**
     * Blocks on the disk or the network.
     *
     * @throws io.weir.common.error.WeirException with the setting and the way out
     */
    Store open(WeirSettings settings);
}
