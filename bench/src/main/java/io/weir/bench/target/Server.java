package io.weir.bench.target;

import java.util.OptionalLong;

/** A server that runs and can be reached. Closing ends what was started for it. */
public interface Server extends AutoCloseable {
    /** For {@code bootstrap.servers}. */
    String bootstrap();

    /** Its process, if that is known. */
    OptionalLong pid();

    /** Ends the process, if it was started for this, and waits for its end. Does nothing the second time. */
    @Override
    void close();
}
