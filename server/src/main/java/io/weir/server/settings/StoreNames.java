package io.weir.server.settings;

import java.net.URI;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Accepts the back ends of the store: by a word, or by the address of one that nodes share. */
final class StoreNames implements ConfigDef.Validator {
    static final String LOCAL = "local";
    static final String MEMORY = "memory";
    private static final String HDFS = "hdfs://";

    /** Whether other processes can use the store, too. */
    static boolean isShared(String store) {
        return store.startsWith(HDFS);
    }

    @Override
    public void ensureValid(String name, Object value) {
        String store = (String) value;
        if (store.equals(LOCAL) || store.equals(MEMORY)) {
            return;
        }
        if (!isShared(store)) {
            throw new ConfigException(name, store, "it is local, memory, or hdfs://namenode:port/path");
        }
        URI uri = uri(name, store);
        if (uri.getHost() == null && uri.getAuthority() == null) {
            throw new ConfigException(name, store, "it names no NameNode: write hdfs://namenode:port/path");
        }
        if (uri.getPath().length() < 2) {
            throw new ConfigException(
                    name, store, "it names no directory: write hdfs://namenode:port/path, for example .../weir");
        }
    }

    private static URI uri(String name, String store) {
        try {
            return URI.create(store);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, store, "it is no address: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "[local, memory, hdfs://namenode:port/path]";
    }
}
