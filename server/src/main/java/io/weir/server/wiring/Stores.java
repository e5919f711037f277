package io.weir.server.wiring;

import io.weir.server.settings.WeirSettings;
import io.weir.storage.Store;
import io.weir.storage.hdfs.HdfsStore;
import io.weir.storage.hdfs.HdfsStoreConfig;
import io.weir.storage.local.LocalStore;
import io.weir.storage.local.LocalStoreConfig;
import io.weir.storage.memory.MemoryStore;
import java.net.URI;
import org.apache.kafka.common.utils.Time;

/** The back ends of the store, by the setting that chooses one. */
public final class Stores {
    private Stores() {}

    /**
     * The store that the settings ask for, opened.
     *
     * @throws io.weir.common.error.WeirException INVALID or UNAVAILABLE, with the way out
     */
    public static Store open(WeirSettings settings, Time time) {
        if (settings.inMemory()) {
            return new MemoryStore(time);
        }
        return settings.sharedStore()
                ? new HdfsStore(HdfsStoreConfig.defaults(URI.create(settings.store())), time)
                : new LocalStore(new LocalStoreConfig(settings.dataDirectory(), settings.directIo()));
    }
}
