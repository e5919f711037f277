package io.weir.log.segment;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** Finding an offset in a segment's index. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IndexBenchmark {
    private static final int RECORDS_A_BLOCK = 60;
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int OFFSETS = 1 << 12;
    private static final long BASE_OFFSET = 1_000_000;

    /** Blocks of the segment: of 4 MiB, 64 MiB and 1 GiB. */
    @Param({"64", "1024", "16384"})
    public int blocks;

    private final long[] offsets = new long[OFFSETS];
    private BlockIndex index = new BlockIndex.Builder(0).build();
    private int next;

    /** Makes the index, and offsets in no order. */
    @Setup(Level.Trial)
    public void makeIndex() {
        BlockIndex.Builder builder = new BlockIndex.Builder(BASE_OFFSET);
        for (int block = 1; block <= blocks; block++) {
            builder.add(BASE_OFFSET + (long) block * RECORDS_A_BLOCK - 1, block * BLOCK_BYTES, block, block);
        }
        index = builder.build();
        SplittableRandom random = new SplittableRandom(blocks);
        for (int number = 0; number < OFFSETS; number++) {
            offsets[number] = BASE_OFFSET + random.nextLong((long) blocks * RECORDS_A_BLOCK);
        }
    }

    /** One offset. */
    @Benchmark
    public int lookUp() {
        next = (next + 1) & (OFFSETS - 1);
        return index.blockOf(offsets[next]);
    }
}
