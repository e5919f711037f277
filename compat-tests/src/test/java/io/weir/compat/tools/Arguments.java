package io.weir.compat.tools;

import io.weir.compat.support.Cluster;
import java.util.stream.Stream;

/** What every tool is called with. */
final class Arguments {
    private Arguments() {}

    /** Returns {@code --bootstrap-server ADDRESS} and the arguments. */
    static String[] of(Cluster cluster, String... arguments) {
        return Stream.concat(Stream.of("--bootstrap-server", cluster.bootstrap()), Stream.of(arguments))
                .toArray(String[]::new);
    }
}
