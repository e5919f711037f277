package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;

/**
 * The decoder alone, on mutations of the {@link FrameCorpus} and on noise: whatever comes is a request or a
 * RuntimeException, and neither takes memory out of proportion to its bytes. {@code -Dweir.fuzz.seed=N} runs one seed
 * again, {@code -Dweir.fuzz.cases=N} makes it longer.
 */
class DecoderFuzzTest {
    private static final int CASES = Integer.getInteger("weir.fuzz.cases", 60_000);
    /** What a byte may become while it is parsed, exceptions with their messages and traces aside. */
    private static final int ALLOCATED_PER_BYTE = 400;

    private static final int ALLOCATED_PER_FRAME = 200_000;

    private final RequestParser parser = new RequestParser(1 << 19);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void theCorpusHasEveryApiInValidFrames() {
        List<FrameCorpus.Frame> corpus = FrameCorpus.load();
        Set<ApiKeys> apis = EnumSet.noneOf(ApiKeys.class);
        for (FrameCorpus.Frame frame : corpus) {
            apis.add(frame.api());
            assertThat(FrameCorpus.parses(frame.bytes()))
                    .as("%s %s", frame.api(), frame.version())
                    .isTrue();
            ByteBuffer bytes = ByteBuffer.wrap(frame.bytes());
            RequestHeader header = parser.header(bytes);
            assertThat(header.apiVersion()).isEqualTo(frame.version());
            assertThat(parser.body(header, parser.reader(bytes)).apiKey()).isEqualTo(frame.api());
        }
        for (ApiKeys api : ApiKeys.values()) {
            assertThat(apis.contains(api)).as(api.name).isEqualTo(api.hasValidVersion());
        }
    }

    @Test
    void whateverComesIsARequestOrRefusedAndTakesLittle() {
        long seed = Long.getLong("weir.fuzz.seed", System.nanoTime());
        System.out.println("weir.fuzz.seed=" + seed);
        Random random = new Random(seed);
        Mutations mutations = new Mutations(random);
        List<FrameCorpus.Frame> corpus = FrameCorpus.load();
        int parsed = 0;
        for (int i = 0; i < CASES; i++) {
            FrameCorpus.Frame from = corpus.get(random.nextInt(corpus.size()));
            byte[] frame = i % 20 == 0 ? mutations.noise() : mutations.of(from.bytes(), corpus);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                decode(frame);
                parsed++;
            } catch (RuntimeException refused) {
                // As it should be.
            } catch (Throwable harm) {
                throw new AssertionError(
                        "seed=" + seed + " frame=" + HexFormat.of().formatHex(frame), harm);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (allocated > ALLOCATED_PER_FRAME + (long) ALLOCATED_PER_BYTE * frame.length) {
                throw new AssertionError(allocated + " bytes allocated for " + frame.length + "; seed=" + seed
                        + " frame=" + HexFormat.of().formatHex(frame));
            }
        }
        assertThat(parsed).as("mutations that are requests still").isBetween(CASES / 50, CASES);
    }

    private void decode(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(frame.length).put(frame).flip();
        RequestHeader header = parser.header(bytes);
        parser.body(header, parser.reader(bytes));
    }
}
