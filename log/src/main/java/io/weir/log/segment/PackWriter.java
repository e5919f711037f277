package io.weir.log.segment;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the small tails of many partitions into one file: few gathering writes, one flush. One thread; blocks on
 * the store. Begin a section, append to it, end it, begin the next; then finish.
 */
public final class PackWriter implements AutoCloseable {
    private final UnfinishedFile file;
    private final String path;
    private final SegmentConfig config;
    private final GatheringOutput output;
    private final List<PackSection> sections = new ArrayList<>();
    private @Nullable SectionWriter section;

    private PackWriter(UnfinishedFile file, String path, SegmentConfig config) {
        this.file = file;
        this.path = path;
        this.config = config;
        this.output = new GatheringOutput(file.file(), config.writeBytes());
    }

    /**
     * Makes the file.
     *
     * @throws WeirException INVALID when it exists
     */
    public static PackWriter create(Store store, PackId id, SegmentConfig config) {
        AppendFile file = store.create(id.path());
        return new PackWriter(new UnfinishedFile(store, file), id.path(), config);
    }

    /** Bytes so far, of batches and all that goes with them. */
    public long sizeBytes() {
        return output.position();
    }

    /** Begins the next segment; its batches' bytes stay as they are until {@link #finish} or {@link #close}. */
    public SectionWriter begin(SegmentId id) {
        if (section != null) {
            throw new WeirException(FaultKind.INTERNAL, "Pack " + path + ": a section begins before another ended");
        }
        SectionWriter next = new SectionWriter(output, id, path, config.blockBytes());
        section = next;
        return next;
    }

    /** Ends the segment that was begun last. */
    public void end(SegmentEnd end) {
        if (section == null) {
            throw new WeirException(FaultKind.INTERNAL, "Pack " + path + ": a section ends that has not begun");
        }
        sections.add(new PackSection(section.end(end), new SegmentState(end.epochs(), end.producers())));
        section = null;
    }

    /** Writes the directory and makes the file durable and final. @return the segments, in order */
    public List<SegmentSummary> finish() {
        if (section != null) {
            throw new WeirException(FaultKind.INTERNAL, "Pack " + path + ": finished before its last section");
        }
        output.add(PackDirectory.encode(sections));
        output.write();
        file.seal();
        return sections.stream().map(PackSection::summary).toList();
    }

    /** Removes the file unless it is finished. */
    @Override
    public void close() {
        file.close();
    }
}
