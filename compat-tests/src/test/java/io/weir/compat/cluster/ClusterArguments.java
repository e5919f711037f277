package io.weir.compat.cluster;

import java.util.stream.Stream;

/** What every tool is called with. */
final class ClusterArguments {
    private ClusterArguments() {}

    /** Returns {@code --bootstrap-server ADDRESSES} and the arguments. */
    static String[] of(SecuredCluster cluster, String... arguments) {
        return Stream.concat(Stream.of("--bootstrap-server", cluster.bootstrap()), Stream.of(arguments))
                .toArray(String[]::new);
    }
}
