package io.weir.log.commitlog;

import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commit log of one life of a node: what it wrote under one broker epoch. */
public record CommitLogId(int nodeId, long brokerEpoch) implements Comparable<CommitLogId> {
    /** What the paths of all commit logs begin with. */
    public static final String PREFIX = "wal/";

    private static final Pattern PATH = Pattern.compile("wal/(\\d{1,10})-(\\d{1,19})/\\d{20}");
    private static final Comparator<CommitLogId> ORDER =
            Comparator.comparingLong(CommitLogId::brokerEpoch).thenComparingInt(CommitLogId::nodeId);

    /** {@code wal/<node>-<broker epoch>/}. */
    public String directory() {
        return PREFIX + nodeId + "-" + brokerEpoch + "/";
    }

    /** Every commit log that has files in the store, older broker epochs first. Blocks. */
    public static NavigableSet<CommitLogId> list(Store store) {
        NavigableSet<CommitLogId> found = new TreeSet<>();
        for (FileStatus file : store.list(PREFIX)) {
            parse(file.path()).ifPresent(found::add);
        }
        return found;
    }

    /** Whose file it is. */
    public static Optional<CommitLogId> parse(String path) {
        Matcher parts = PATH.matcher(path);
        try {
            return parts.matches()
                    ? Optional.of(new CommitLogId(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // a number beyond its type
        }
    }

    @Override
    public int compareTo(CommitLogId other) {
        return ORDER.compare(this, other);
    }
}
