package io.weir.compat.server;

/**
 * A server that somebody else started, given by the system property {@code weir.test.bootstrap}.
 *
 * @param bootstrap {@code host:port}
 */
record ExternalServer(String bootstrap) implements ServerUnderTest {
    @Override
    public boolean isWeir() {
        return false;
    }

    @Override
    public void close() {
        // Not ours to stop.
    }
}
