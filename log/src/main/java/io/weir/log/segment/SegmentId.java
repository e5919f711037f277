package io.weir.log.segment;

import io.weir.storage.StorePaths;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;

/**
 * What a segment holds and who wrote it; its name when it is a file of its own.
 *
 * @param baseOffset first offset that it answers for; the first record may come later
 * @param leaderEpoch the epoch under which it was written: a stale owner's segment is told by it
 * @param generation 0 as first written; higher when an attempt failed, or merging or compaction made it from others
 */
public record SegmentId(Uuid topicId, int partition, long baseOffset, int leaderEpoch, int generation)
        implements Comparable<SegmentId> {
    /** What the paths of all segments begin with. */
    public static final String DIRECTORY = "topics/";

    private static final Pattern PARTITION = Pattern.compile("topics/([A-Za-z0-9_-]{22})/(\\d{1,10})/[^/]+");
    private static final Pattern PATH =
            Pattern.compile("topics/([A-Za-z0-9_-]{22})/(\\d{1,10})/(\\d{20})-(\\d{10})-(\\d{5})");
    private static final Comparator<SegmentId> ORDER = Comparator.comparing(SegmentId::topicId)
            .thenComparingInt(SegmentId::partition)
            .thenComparingLong(SegmentId::baseOffset)
            .thenComparingInt(SegmentId::leaderEpoch)
            .thenComparingInt(SegmentId::generation);

    /** Largest generation that a name has room for. */
    public static final int MAX_GENERATION = 99_999;

    /** Checks that every number fits its place in the name. */
    public SegmentId {
        if (partition < 0 || baseOffset < 0 || leaderEpoch < 0 || generation < 0 || generation > MAX_GENERATION) {
            throw new IllegalArgumentException("Not a segment: partition " + partition + ", base offset " + baseOffset
                    + ", leader epoch " + leaderEpoch + ", generation " + generation);
        }
    }

    /** The same as written anew. */
    public SegmentId next() {
        return new SegmentId(topicId, partition, baseOffset, leaderEpoch, generation + 1);
    }

    /** {@code topics/<topic id>/<partition>/<base offset>-<leader epoch>-<generation>}; names sort as numbers do. */
    public String path() {
        return prefix(topicId, partition)
                + String.format(Locale.ROOT, "%020d-%010d-%05d", baseOffset, leaderEpoch, generation);
    }

    /** What the paths of all segments of a partition begin with. */
    public static String prefix(Uuid topicId, int partition) {
        return prefix(topicId) + partition + "/";
    }

    /** What the paths of all segments of a topic begin with. */
    public static String prefix(Uuid topicId) {
        return DIRECTORY + topicId + "/";
    }

    /** The segment of that path, if it is one's; the one way to write a path is the only one that is read. */
    public static Optional<SegmentId> parse(String path) {
        Matcher parts = PATH.matcher(StorePaths.check(path));
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            SegmentId id = new SegmentId(
                    Uuid.fromString(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Long.parseLong(parts.group(3)),
                    Integer.parseInt(parts.group(4)),
                    Integer.parseInt(parts.group(5)));
            return id.path().equals(path) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a number beyond its type, or no topic id
        }
    }

    /** Whose directory a file is in. */
    public static Optional<PartitionKey> partitionOf(String path) {
        Matcher parts = PARTITION.matcher(path);
        try {
            return parts.matches()
                    ? Optional.of(new PartitionKey(Uuid.fromString(parts.group(1)), Integer.parseInt(parts.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(SegmentId other) {
        return ORDER.compare(this, other);
    }
}
