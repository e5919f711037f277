package io.weir.compat.support;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks things up that must be there. */
public final class Entries {
    private Entries() {}

    /** Returns the value of the key, or fails if there is none. */
    public static <K, V> V at(Map<K, V> map, K key) {
        @Nullable V value = map.get(key);
        if (value == null) {
            throw new AssertionError("nothing for " + key + " in " + map);
        }
        return value;
    }
}
