package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.weir.bench.load.Payloads;
import io.weir.kafka.frame.FrameReader;
import io.weir.kafka.frame.ReceiveBuffers;
import io.weir.kafka.frame.RequestBudget;
import io.weir.kafka.frame.RequestBudget.Reservation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.Time;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** From bytes that came off a socket to a produce request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class FrameBenchmark {
    private static final int LARGEST = 100 << 20;
    private static final int FIELDS = 1_000_000;

    /** Partitions in the request, a batch of one record each. */
    @Param({"1", "6", "1000"})
    public int partitions;

    /** Bytes of a record's value. */
    @Param("1024")
    public int recordSize;

    private final RequestParser parser = new RequestParser(FIELDS);
    private final RequestBudget budget = new RequestBudget(256 << 20);
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Counting sink = new Counting(budget);
    private final FrameReader reader = new FrameReader(
            sink,
            loop,
            new ReceiveBuffers(PooledByteBufAllocator.DEFAULT),
            PooledByteBufAllocator.DEFAULT,
            budget,
            Time.SYSTEM,
            LARGEST);
    private ByteBuffer frame = ByteBuffer.allocate(0);

    /** Makes the frame, with its length in front. */
    @Setup(Level.Trial)
    public void makeFrame() {
        Payloads payloads = new Payloads(recordSize);
        List<PartitionProduceData> data = IntStream.range(0, partitions)
                .mapToObj(number -> new PartitionProduceData()
                        .setIndex(number)
                        .setRecords(
                                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1L, payloads.of(number)))))
                .toList();
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
        request.topicData()
                .add(new TopicProduceData().setTopicId(new Uuid(1, 2)).setPartitionData(data));
        short version = ApiKeys.PRODUCE.latestVersion();
        ByteBuffer whole = new ProduceRequest(request, version)
                .serializeWithHeader(new RequestHeader(ApiKeys.PRODUCE, version, "producer-1", 7));
        frame = ByteBuffer.allocateDirect(Integer.BYTES + whole.remaining())
                .putInt(whole.remaining())
                .put(whole)
                .flip();
    }

    /** Ends the thread that was never used. */
    @TearDown(Level.Trial)
    public void close() {
        reader.close();
        var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    /** A frame that is read into its own buffer, as the larger ones are. */
    @Benchmark
    public long cut() {
        ByteBuffer source = frame.duplicate();
        while (source.hasRemaining()) {
            ByteBuf target = reader.buffer();
            int some = Math.min(target.writableBytes(), source.remaining());
            target.writeBytes(source.slice(source.position(), some));
            source.position(source.position() + some);
            reader.received(target);
        }
        return sink.bytes;
    }

    /** Header and body of a frame that is whole. */
    @Benchmark
    public AbstractRequest parse() {
        ByteBuffer bytes = frame.duplicate().position(Integer.BYTES);
        return parser.body(parser.header(bytes), parser.reader(bytes));
    }

    private static final class Counting implements FrameReader.Sink {
        private final RequestBudget budget;
        private long bytes;

        Counting(RequestBudget budget) {
            this.budget = budget;
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public boolean accepts(ByteBuf frame) {
            return true;
        }

        @Override
        public int frame(ByteBuf frame, Reservation reservation) {
            bytes += frame.readableBytes();
            frame.release();
            budget.release(reservation);
            return 0; // The turn never ends: there is no other connection.
        }

        @Override
        public int maxBytes(ByteBuf beginning) {
            return LARGEST;
        }

        @Override
        public void invalidLength(int length) {
            throw new IllegalStateException("length " + length);
        }

        @Override
        public void budgetFreed() {
            throw new IllegalStateException("nobody waits");
        }
    }
}
