package io.weir.broker.fake;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/** A buffer's owner of which tests read the count. */
public final class CountedOwner extends AbstractReferenceCounted {
    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }

    @Override
    protected void deallocate() {
        // The count at zero is what tests look at.
    }
}
