package io.weir.bench.target;

import java.io.IOException;
import java.nio.file.Path;

/** A system that is measured. */
public interface Target {
    /** How it is called in the table; unique. */
    String name();

    /** Whether {@link #launch} starts a process of its own, with a data directory of its own. */
    boolean startable();

    /**
     * Makes a data directory ready that has never been used. What an operator does once, apart from starting.
     *
     * @param directory does not exist yet
     */
    void format(Path directory) throws IOException, InterruptedException;

    /**
     * Starts the server and returns at once; it need not take connections yet.
     *
     * @param directory formatted, used by no other process
     */
    Server launch(Path directory) throws IOException;
}
