package io.weir.bench.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Whether something grows: within one life of the node, the first quarter left out for warming up, the median of the last
 * third of the samples against that of the first third. Pure.
 */
final class Judge {
    private static final double MIB = 1024 * 1024;
    private static final int LEAST_SAMPLES = 9;

    /** What is watched, and by how much it may grow. */
    private static final Map<String, Allowance> ALLOWANCES = allowances();

    private record Allowance(double share, double more) {
        boolean permits(double first, double last) {
            return last <= first * (1 + share) + more;
        }
    }

    /**
     * One comparison.
     *
     * @param life of the node
     * @param name of what was compared
     * @param first median of the first third
     * @param last median of the last third
     * @param sound whether that is no more than it may be
     */
    record Finding(int life, String name, double first, double last, boolean sound) {}

    private static Map<String, Allowance> allowances() {
        Map<String, Allowance> all = new LinkedHashMap<>();
        all.put(Sampler.HEAP, new Allowance(0.2, 16 * MIB));
        all.put(Sampler.NON_HEAP, new Allowance(0.15, 16 * MIB));
        all.put(Sampler.DIRECT, new Allowance(0.2, 32 * MIB));
        all.put(Sampler.BUFFERS, new Allowance(0.2, 16 * MIB));
        all.put(Sampler.RESIDENT, new Allowance(0.15, 64 * MIB));
        all.put(Sampler.FILES, new Allowance(0.1, 40));
        all.put(Sampler.THREADS, new Allowance(0.1, 10));
        return all;
    }

    private Judge() {}

    /** Every comparison that the samples allow; lives that were too short give none. */
    static List<Finding> judge(List<Sample> samples) {
        Map<Integer, List<Sample>> lives = new TreeMap<>();
        samples.forEach(sample ->
                lives.computeIfAbsent(sample.life(), life -> new ArrayList<>()).add(sample));
        List<Finding> findings = new ArrayList<>();
        lives.forEach((life, all) -> {
            List<Sample> warm = all.subList(all.size() / 4, all.size());
            if (warm.size() >= LEAST_SAMPLES) {
                ALLOWANCES.forEach((name, allowance) -> findings.add(compare(life, name, warm, allowance)));
                drift(life, warm).ifPresent(findings::add);
            }
        });
        return findings;
    }

    private static Finding compare(int life, String name, List<Sample> samples, Allowance allowance) {
        double first = median(firstThird(samples), sample -> sample.values().getOrDefault(name, 0.0));
        double last = median(lastThird(samples), sample -> sample.values().getOrDefault(name, 0.0));
        return new Finding(life, name, first, last, allowance.permits(first, last));
    }

    /** Twice as slow and 20 ms: what others do on the machine is in the figures too. */
    private static Optional<Finding> drift(int life, List<Sample> samples) {
        List<Sample> counted = samples.stream()
                .filter(sample -> sample.latencies().count() > 0)
                .toList();
        if (counted.size() < LEAST_SAMPLES) {
            return Optional.empty();
        }
        double first = median(firstThird(counted), sample -> sample.latencies().percentile(99));
        double last = median(lastThird(counted), sample -> sample.latencies().percentile(99));
        return Optional.of(new Finding(life, Sampler.LATENCY, first, last, last <= 2 * first + 20));
    }

    private static List<Sample> firstThird(List<Sample> samples) {
        return samples.subList(0, samples.size() / 3);
    }

    private static List<Sample> lastThird(List<Sample> samples) {
        return samples.subList(samples.size() - samples.size() / 3, samples.size());
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
        double[] sorted = samples.stream().mapToDouble(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
