package io.weir.controller;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** Finds what a request names more than once. */
final class Duplicates {
    private Duplicates() {}

    static <T, K> Set<K> of(Collection<T> items, Function<T, K> key) {
        Set<K> seen = new HashSet<>();
        Set<K> twice = new HashSet<>();
        for (T item : items) {
            K name = key.apply(item);
            if (!seen.add(name)) {
                twice.add(name);
            }
        }
        return twice;
    }
}
