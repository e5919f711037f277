package io.weir.log.partition;

import io.weir.log.segment.SegmentId;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicIdPartition;

/**
 * Where partitions' logs start, in the store, for whoever owns or reads them next: an empty file beside the segments
 * whose name says it. Within one ownership the commit log notes the log start; these are for when the owner changes,
 * and for those who ask whether a piece of a pack is still needed. Any thread; blocks on the store.
 */
final class StartNotes {
    private static final Pattern NAME = Pattern.compile(".*/(\\d{20})-(\\d{10})\\.start");

    private final Store store;

    StartNotes(Store store) {
        this.store = store;
    }

    /** The log start that a file notes, if it notes one. */
    static OptionalLong parse(String path) {
        Matcher parts = NAME.matcher(path);
        try {
            return parts.matches() ? OptionalLong.of(Long.parseLong(parts.group(1))) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // a number beyond its type
        }
    }

    /** The log start that these files of one partition note; 0 when they note none. */
    static long highest(List<FileStatus> files) {
        return files.stream()
                .map(file -> parse(file.path()))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .max()
                .orElse(0);
    }

    /** Notes it, durably, and then removes the notes before it. */
    void write(TopicIdPartition id, int leaderEpoch, long offset) {
        String prefix = SegmentId.prefix(id.topicId(), id.partition());
        String path = prefix + String.format(Locale.ROOT, "%020d-%010d.start", offset, leaderEpoch);
        List<String> notes = store.list(prefix).stream()
                .map(FileStatus::path)
                .filter(other -> parse(other).isPresent())
                .toList();
        if (!notes.contains(path)) {
            try (AppendFile file = store.create(path)) {
                file.seal();
            }
        }
        for (String other : notes) {
            if (parse(other).orElseThrow() <= offset && !other.equals(path)) {
                store.delete(other);
            }
        }
    }
}
