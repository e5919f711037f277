package io.weir.broker.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;

/** One topic's counters, looked up once a request. Any thread. */
public final class TopicMetrics {
    private final Traffic produce;
    private final Traffic fetch;

    TopicMetrics(Traffic produce, Traffic fetch) {
        this.produce = produce;
        this.fetch = fetch;
    }

    /** One produce request that named the topic. */
    public void produceRequest() {
        produce.requests.inc();
    }

    /** Records that were appended; repeated batches do not count. */
    public void produced(long sizeBytes, long records) {
        produce.bytes.inc(sizeBytes);
        produce.records.inc(records);
    }

    /** One fetch request that named the topic, when it was answered. */
    public void fetchRequest() {
        fetch.requests.inc();
    }

    /** Records that an answer carries. */
    public void fetched(long sizeBytes, long records) {
        fetch.bytes.inc(sizeBytes);
        fetch.records.inc(records);
    }

    record Traffic(CounterDataPoint requests, CounterDataPoint records, CounterDataPoint bytes) {}
}
