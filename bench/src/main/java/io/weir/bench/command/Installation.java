package io.weir.bench.command;

import java.nio.file.Path;

/**
 * Where things are, as {@code bin/bench} found or built them.
 *
 * @param root of the checkout
 * @param weirBuild directory of the build of Weir that is measured
 * @param kafkaLibraries directory of Apache Kafka's jars
 * @param java the program of the JDK that runs both
 */
public record Installation(Path root, String weirBuild, Path kafkaLibraries, Path java) {
    /** From the properties that {@code bin/bench} sets. */
    public static Installation fromProperties() {
        Path root = Path.of(System.getProperty("weir.bench.root", "")).toAbsolutePath();
        return new Installation(
                root,
                System.getProperty("weir.bench.build", ""),
                root.resolve("bench/target/kafka"),
                Path.of(System.getProperty("java.home"), "bin", "java"));
    }
}
