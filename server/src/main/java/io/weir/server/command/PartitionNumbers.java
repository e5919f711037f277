package io.weir.server.command;

import java.util.Set;
import java.util.TreeSet;

/** Reads lists of partition numbers. Pure; any thread. */
final class PartitionNumbers {
    private PartitionNumbers() {}

    /** The numbers of {@code 0,2,5}; none for an empty word. */
    static Set<Integer> parse(String option, String list) {
        Set<Integer> numbers = new TreeSet<>();
        if (list.isBlank()) {
            return numbers;
        }
        for (String number : list.split(",", -1)) {
            try {
                numbers.add(Integer.parseUnsignedInt(number.strip()));
            } catch (NumberFormatException e) {
                throw new UsageException(option + " " + list + ": '" + number + "' is no number of a partition.");
            }
        }
        return numbers;
    }
}
