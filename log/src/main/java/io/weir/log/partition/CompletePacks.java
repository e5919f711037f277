package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.segment.PackId;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many packs of a life that is over are known to be complete, for when its commit log, which notes it, is gone: an
 * empty file beside the packs whose name says it. A pack below that cannot be read is damaged. One from there on was
 * begun by a writer that did not know yet that its commit log was sealed; what is in it was never let go of anywhere
 * else because of it. Any thread; blocks on the store.
 */
final class CompletePacks {
    private static final Pattern NAME = Pattern.compile("packs/(\\d{1,10})-(\\d{1,19})/(\\d{20})\\.complete");

    private final Store store;

    CompletePacks(Store store) {
        this.store = store;
    }

    /** What the paths of a life's packs begin with. */
    static String prefix(CommitLogId life) {
        return PackId.PREFIX + life.nodeId() + "-" + life.brokerEpoch() + "/";
    }

    /** Whose note a file is, if it is one. */
    static Optional<CommitLogId> about(String path) {
        Matcher parts = NAME.matcher(path);
        try {
            return parts.matches()
                    ? Optional.of(new CommitLogId(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // a number beyond its type
        }
    }

    /** Notes, durably, that the packs below {@code sequence} are complete and no other ever counted. */
    void write(CommitLogId life, long sequence) {
        if (below(life).orElse(-1) >= sequence) {
            return;
        }
        try (AppendFile file = store.create(prefix(life) + String.format(Locale.ROOT, "%020d.complete", sequence))) {
            file.seal();
        } catch (WeirException e) {
            if (e.kind() != FaultKind.INVALID) {
                throw e;
            }
            // Another node keeps house, too.
        }
    }

    /** Packs below this are complete, from here on none counted; empty when nobody has noted it. */
    OptionalLong below(CommitLogId life) {
        return below(store.list(prefix(life)));
    }

    /** The highest counts: who goes on with a removal that was interrupted may find less of the commit log. */
    private static OptionalLong below(List<FileStatus> files) {
        return files.stream()
                .map(file -> NAME.matcher(file.path()))
                .filter(Matcher::matches)
                .mapToLong(parts -> Long.parseLong(parts.group(3)))
                .max();
    }
}
