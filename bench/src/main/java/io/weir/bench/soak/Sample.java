package io.weir.bench.soak;

import io.weir.bench.load.Latencies;
import java.util.Map;

/**
 * The node at one moment.
 *
 * @param life of the node
 * @param ageSeconds of that life
 * @param values by name: bytes or counts
 * @param latencies of the records that were acknowledged since the sample before
 */
record Sample(int life, double ageSeconds, Map<String, Double> values, Latencies latencies) {
    Sample {
        values = Map.copyOf(values);
    }
}
