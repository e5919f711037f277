package io.weir.kafka.client;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.weir.kafka.frame.RequestBudget;
import io.weir.kafka.frame.RequestBudget.Reservation;

/** A frame that records are views of, and its room in the budget: both are given back with the last reference. */
final class AnswerFrame extends AbstractReferenceCounted {
    private final ByteBuf frame;
    private final RequestBudget budget;
    private final Reservation room;

    AnswerFrame(ByteBuf frame, RequestBudget budget, Reservation room) {
        this.frame = frame;
        this.budget = budget;
        this.room = room;
    }

    @Override
    protected void deallocate() {
        frame.release();
        budget.release(room);
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        frame.touch(hint);
        return this;
    }
}
