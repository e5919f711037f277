package io.weir.bench.command;

import java.io.PrintWriter;
import org.apache.kafka.common.utils.Time;

/**
 * What a command may touch of the world.
 *
 * @param out for progress and results
 * @param err for errors
 * @param terminal whether {@code out} is one
 */
public record BenchContext(PrintWriter out, PrintWriter err, boolean terminal, Installation installation, Time time) {}
