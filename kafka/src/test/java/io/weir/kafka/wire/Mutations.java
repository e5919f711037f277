package io.weir.kafka.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Frames that were requests once. The same for the same seed. */
final class Mutations {
    private static final List<Integer> WILD = List.of(
            -1,
            0,
            1,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            0x7fff_ffff,
            0x00ff_ffff,
            0x7fff_0000,
            0xffff_ff7f,
            0xffff_ff0f);

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** Up to six changes; {@code others} lend their ends. The api's number most often stays. */
    byte[] of(byte[] request, List<FrameCorpus.Frame> others) {
        byte[] frame = request.clone();
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            frame = changed(frame, others);
        }
        if (random.nextInt(20) > 0 && frame.length >= 4) {
            System.arraycopy(request, 0, frame, 0, Math.min(4, request.length));
        }
        return frame;
    }

    private byte[] changed(byte[] frame, List<FrameCorpus.Frame> others) {
        int at = random.nextInt(frame.length);
        switch (random.nextInt(9)) {
            case 0 -> frame[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> frame[at] = (byte) 0xff;
            case 2 -> frame[at] = (byte) random.nextInt();
            case 3 -> {
                return Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
            }
            case 4 -> {
                int wild = random.nextInt(3) == 0 ? random.nextInt() : WILD.get(random.nextInt(WILD.size()));
                byte[] bytes = ByteBuffer.allocate(4).putInt(wild).array();
                System.arraycopy(bytes, 0, frame, at, Math.min(4, frame.length - at));
            }
            case 5 -> Arrays.fill(frame, at, Math.min(frame.length, at + random.nextInt(16)), (byte) random.nextInt());
            case 6 -> {
                byte[] other = others.get(random.nextInt(others.size())).bytes();
                int from = random.nextInt(other.length);
                byte[] joined = Arrays.copyOf(frame, at + other.length - from);
                System.arraycopy(other, from, joined, at, other.length - from);
                return joined.length == 0 ? frame : joined;
            }
            case 7 -> {
                byte[] twice = Arrays.copyOf(frame, Math.min(4096, 2 * frame.length - at));
                System.arraycopy(
                        frame,
                        at,
                        twice,
                        frame.length,
                        twice.length - frame.length > 0 ? twice.length - frame.length : 0);
                return twice;
            }
            default -> {
                return Arrays.copyOf(frame, frame.length + random.nextInt(200));
            }
        }
        return frame;
    }

    /** No request at all. */
    byte[] noise() {
        byte[] bytes = new byte[1 + random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }
}
