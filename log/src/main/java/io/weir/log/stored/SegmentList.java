package io.weir.log.stored;

import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentLocation;
import io.weir.storage.FileStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The segments of one partition that are files of their own, as a listing found them; by first offset. Immutable. */
record SegmentList(List<SegmentLocation> segments, long listedMs) {
    private static final Comparator<SegmentLocation> ORDER = Comparator.comparingLong(
                    (SegmentLocation location) -> location.id().baseOffset())
            .thenComparingInt(location -> location.id().leaderEpoch())
            .thenComparingInt(location -> location.id().generation());

    static SegmentList of(List<FileStatus> files, long nowMs) {
        List<SegmentLocation> segments = new ArrayList<>(files.size());
        for (FileStatus file : files) {
            SegmentId.parse(file.path()).ifPresent(id -> segments.add(SegmentLocation.ofFile(id, file.lengthBytes())));
        }
        segments.sort(ORDER);
        return new SegmentList(List.copyOf(segments), nowMs);
    }

    /** Index of the last segment that begins at or below {@code offset}, or -1. */
    int lastFrom(long offset) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).id().baseOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
