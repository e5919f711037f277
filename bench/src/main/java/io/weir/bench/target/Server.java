package io.weir.bench.target;

import java.util.List;

/** A server that runs and can be reached. Closing ends what was started for it. */
public interface Server extends AutoCloseable {
    /** For {@code bootstrap.servers}. */
    String bootstrap();

    /** Its processes that run and are known, those that it stores its data with included; in a fixed order. */
    List<Long> pids();

    /** Ends the processes, if they were started for this, and waits for their end. Does nothing the second time. */
    @Override
    void close();
}
