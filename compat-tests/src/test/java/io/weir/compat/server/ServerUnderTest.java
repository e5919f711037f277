package io.weir.compat.server;

/** A server that speaks Kafka's protocol on loopback; closed by whoever started it. */
public interface ServerUnderTest extends AutoCloseable {
    /** Returns {@code host:port} for {@code bootstrap.servers}. */
    String bootstrap();

    /** Tells whether this is Weir, and not the Apache Kafka that the tests were proven on. */
    boolean isWeir();

    @Override
    void close();
}
