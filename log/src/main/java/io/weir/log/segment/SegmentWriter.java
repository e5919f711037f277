package io.weir.log.segment;

import io.weir.storage.AppendFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;

/**
 * Writes a segment as a file of its own: few gathering writes, one flush. One thread; blocks on the store.
 *
 * <p>Made by exclusive create. When anything fails, {@link #close} removes the unfinished file; if that fails as
 * well, the file stays without a trailer, and a later attempt takes the next generation.
 */
public final class SegmentWriter implements AutoCloseable {
    private final UnfinishedFile file;
    private final GatheringOutput output;
    private final SectionWriter section;

    private SegmentWriter(UnfinishedFile file, SegmentId id, SegmentConfig config) {
        this.file = file;
        this.output = new GatheringOutput(file.file(), config.writeBytes());
        this.section = new SectionWriter(output, id, id.path(), config.blockBytes());
    }

    /**
     * Makes the file.
     *
     * @throws io.weir.common.error.WeirException INVALID when it exists
     */
    public static SegmentWriter create(Store store, SegmentId id, SegmentConfig config) {
        AppendFile file = store.create(id.path());
        return new SegmentWriter(new UnfinishedFile(store, file), id, config);
    }

    /** Adds whole batches, as {@link SectionWriter#append} says: their bytes stay as they are until the end. */
    public void append(ByteBuffer batches) {
        section.append(batches);
    }

    /** Bytes of batches so far. */
    public int dataBytes() {
        return section.dataBytes();
    }

    /** Writes the rest and makes the file durable and final; after this the batches' bytes are free. */
    public SegmentSummary finish(SegmentEnd end) {
        SegmentSummary summary = section.end(end);
        output.write();
        file.seal();
        return summary;
    }

    /** Removes the file unless it is finished. */
    @Override
    public void close() {
        file.close();
    }
}
