package io.weir.storage.fault;

import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Faults by chance. The same seed and the same order of operations give the same faults. */
public final class RandomFaults implements FaultPlan {
    private final RandomGenerator random;
    private final Rates rates;

    /** Draws from {@code random} twice an operation, whatever the outcome. */
    public RandomFaults(RandomGenerator random, Rates rates) {
        this.random = random;
        this.rates = rates;
    }

    @Override
    public Fault next(Operation operation, String path) {
        double kind = random.nextDouble();
        double share = random.nextDouble();
        if (!rates.operations().contains(operation)) {
            return Fault.NONE;
        }
        if (kind < rates.before()) {
            return new Fault.Before();
        }
        if (kind < rates.before() + rates.after()) {
            return new Fault.After();
        }
        if (kind < rates.before() + rates.after() + rates.slow()) {
            return new Fault.Slow(
                    Duration.ofNanos((long) (share * rates.longestDelay().toNanos())));
        }
        return Fault.NONE;
    }

    /**
     * How often things go wrong.
     *
     * @param before share of operations that fail without effect, 0 to 1
     * @param after share that fail with effect
     * @param slow share that are slow, by an even choice up to {@code longestDelay}
     * @param operations those concerned; all others work
     */
    public record Rates(double before, double after, double slow, Duration longestDelay, Set<Operation> operations) {
        /** Checks that the shares are shares and leave no less than nothing. */
        public Rates {
            if (before < 0 || after < 0 || slow < 0 || before + after + slow > 1) {
                throw new IllegalArgumentException("Shares of faults must be at least 0 and at most 1 together: "
                        + before + ", " + after + ", " + slow);
            }
            operations = Set.copyOf(operations);
        }
    }
}
