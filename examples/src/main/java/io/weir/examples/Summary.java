package io.weir.examples;

import java.util.List;

/**
 * How an example ends.
 *
 * @param proven whether what it set out to show is so
 * @param lines for the reader
 */
record Summary(boolean proven, List<String> lines) {
    Summary {
        lines = List.copyOf(lines);
    }
}
