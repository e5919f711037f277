package io.weir.proxy.support;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** The owner of leased records, which knows whether they were given back. */
public final class Lease extends AbstractReferenceCounted {
    public LeasedRecords of(MemoryRecords records) {
        return new LeasedRecords(List.of(records.buffer()), List.of(this));
    }

    public boolean isReleased() {
        return refCnt() == 0;
    }

    @Override
    protected void deallocate() {
        // The count is all there is.
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
