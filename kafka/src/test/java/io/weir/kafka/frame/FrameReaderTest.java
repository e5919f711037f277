package io.weir.kafka.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.weir.kafka.frame.RequestBudget.Reservation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What connections may hold that send ahead, or hardly send at all. */
class FrameReaderTest {
    private static final int LIMIT = 4 << 20;
    private static final int FRAME = 1_000;
    private static final int PACE = 64 * 1024;

    private final RequestBudget budget = new RequestBudget(LIMIT);
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final ReceiveBuffers receiving = new ReceiveBuffers(allocator);
    private final DefaultEventLoop loop = new DefaultEventLoop();

    @AfterEach
    void everythingIsGivenBack() {
        receiving.free();
        var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        assertThat(budget.usedBytes()).isZero();
        assertThat(allocator.pinnedDirectMemory()).isZero();
    }

    /** A connection whose client has sent these bytes, and which takes requests when it is told to. */
    private final class Connection implements FrameReader.Sink {
        private final ByteBuffer sent;
        private final FrameReader reader =
                new FrameReader(this, loop, receiving, allocator, budget, Time.SYSTEM, 1 << 20);
        private boolean ready = true;
        private boolean accepting;
        private int frames;

        Connection(ByteBuffer sent) {
            this.sent = sent;
        }

        /** As the event loop does, for as long as there is something and it is wanted. */
        void read() {
            while (sent.hasRemaining() && reader.mayRead()) {
                ByteBuf target = reader.buffer();
                int some = Math.min(target.writableBytes(), sent.remaining());
                target.writeBytes(sent.slice(sent.position(), some));
                sent.position(sent.position() + some);
                reader.received(target);
            }
        }

        @Override
        public boolean ready() {
            return ready;
        }

        @Override
        public boolean accepts(ByteBuf frame) {
            ready = accepting;
            return accepting;
        }

        @Override
        public int frame(ByteBuf frame, Reservation reservation) {
            frames++;
            frame.release();
            budget.release(reservation);
            return 0;
        }

        @Override
        public int maxBytes(ByteBuf beginning) {
            return 1 << 20;
        }

        @Override
        public void invalidLength(int length) {
            throw new AssertionError("length " + length);
        }

        @Override
        public void budgetFreed() {
            throw new AssertionError("nobody waits for room");
        }
    }

    private static ByteBuffer frames(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count * (Integer.BYTES + FRAME));
        for (int i = 0; i < count; i++) {
            bytes.putInt(FRAME).put(new byte[FRAME]);
        }
        return bytes.flip();
    }

    @Test
    void whatIsSentAheadOfItsTurnIsCountedAndBoundedOverAllConnections() {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Connection connection = new Connection(frames(80));
            connections.add(connection);
            connection.read();
        }
        assertThat(allocator.pinnedDirectMemory()).isLessThanOrEqualTo(1 << 20);
        assertThat(budget.usedBytes()).isBetween((long) LIMIT / RequestBudget.AHEAD_PART, 1L << 20);
        assertThat(budget.isFull()).isFalse();

        for (Connection connection : connections) {
            connection.accepting = true;
            connection.ready = true;
            connection.reader.resume();
            connection.read();
            assertThat(connection.frames).isEqualTo(80);
        }
    }

    @Test
    void aConnectionThatEndsGivesBackWhatItSentAhead() {
        Connection connection = new Connection(frames(80));
        connection.read();
        assertThat(budget.usedBytes()).isGreaterThan(50_000);
        connection.reader.close();
    }

    private Connection withHalfAFrame() {
        Connection connection = new Connection(frames(1).limit(FRAME / 2));
        connection.read();
        return connection;
    }

    @Test
    void aSmallFrameHasTenSeconds() {
        long before = Time.SYSTEM.hiResClockMs();
        Connection slow = withHalfAFrame();
        long after = Time.SYSTEM.hiResClockMs();
        for (int seconds = 1; seconds <= FrameReader.LONGEST_SECONDS; seconds++) {
            assertThat(slow.reader.tooSlow(before + seconds * 1_000L, PACE)).isFalse();
        }
        assertThat(slow.reader.tooSlow(after + 10_001, 0))
                .as("when none is too slow")
                .isFalse();
        assertThat(slow.reader.tooSlow(after + 10_001, PACE)).isTrue();
        slow.reader.close();
    }

    @Test
    void aDelayOfOursIsNotHeldAgainstTheClient() {
        Connection connection = withHalfAFrame();
        long start = Time.SYSTEM.hiResClockMs();
        connection.ready = false;
        assertThat(connection.reader.tooSlow(start + 60_000, PACE)).isFalse();
        connection.ready = true;
        assertThat(connection.reader.tooSlow(start + 69_000, PACE)).isFalse();
        assertThat(connection.reader.incompleteSinceMs()).isEqualTo(start + 60_000);
        assertThat(connection.reader.tooSlow(start + 71_000, PACE)).isTrue();
        connection.reader.close();
    }

    @Test
    void nothingIsTooSlowBetweenFrames() {
        Connection idle = new Connection(frames(3));
        idle.accepting = true;
        idle.read();
        assertThat(idle.frames).isEqualTo(3);
        assertThat(idle.reader.tooSlow(Time.SYSTEM.hiResClockMs() + 60_000, PACE))
                .isFalse();
    }
}
