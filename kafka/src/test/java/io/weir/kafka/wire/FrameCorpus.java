package io.weir.kafka.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Valid requests of every api to begin fuzzing from: {@code src/test/resources/frames}, a file an api, a line a frame without
 * its length: its version, then its bytes in hex. {@link #main} has made them once; they stay as they are when Kafka's
 * classes change, and more may be added by hand.
 */
final class FrameCorpus {
    private static final Path DIRECTORY = Path.of("src", "test", "resources", "frames");
    private static final long SEED = 20_260_101;
    private static final int MAX_BYTES = 600;

    private FrameCorpus() {}

    /** One frame. */
    @SuppressWarnings("ArrayRecordComponent") // read only, never compared
    record Frame(ApiKeys api, short version, byte[] bytes) {}

    /** All of them. */
    static List<Frame> load() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            List<Frame> frames = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                    if (!line.startsWith("#")) {
                        frames.add(frame(line));
                    }
                }
            }
            return frames;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Frame frame(String line) {
        int space = line.indexOf(' ');
        byte[] bytes = HexFormat.of().parseHex(line.substring(space + 1));
        return new Frame(
                ApiKeys.forId(ByteBuffer.wrap(bytes).getShort()), Short.parseShort(line.substring(0, space)), bytes);
    }

    /** Writes the corpus anew; run in the module's directory. */
    public static void main(String[] none) throws IOException {
        Files.createDirectories(DIRECTORY);
        RandomMessages messages = RandomMessages.plausible(new Random(SEED));
        for (ApiKeys api : ApiKeys.values()) {
            if (!api.hasValidVersion()) {
                continue;
            }
            StringBuilder text = new StringBuilder("# " + api.name + ": version, frame without its length\n");
            for (short version : families(api)) {
                text.append(version).append(' ').append(HexFormat.of().formatHex(valid(messages, api, version)));
                text.append('\n');
            }
            Files.writeString(DIRECTORY.resolve(api.name + ".hex"), text);
        }
    }

    /** The oldest version, the one where fields got tags, the newest, and those between that double. */
    private static SortedSet<Short> families(ApiKeys api) {
        SortedSet<Short> versions = new TreeSet<>();
        short newest = api.latestVersion(false);
        versions.add(api.oldestVersion());
        versions.add(newest);
        for (short version = api.oldestVersion(); version < newest; version++) {
            boolean before = api.messageType.requestHeaderVersion(version) >= 2;
            boolean after = api.messageType.requestHeaderVersion((short) (version + 1)) >= 2;
            if (before != after) {
                versions.add((short) (version + 1));
            }
        }
        return versions;
    }

    /** Of many the longest that is short enough: the more there is in it, the more there is to go wrong. */
    private static byte[] valid(RandomMessages messages, ApiKeys api, short version) {
        byte[] best = {};
        for (int attempt = 0; attempt < 500; attempt++) {
            byte[] frame = messages.request(api, version);
            if (frame.length <= MAX_BYTES && frame.length > best.length && parses(frame)) {
                best = frame;
            }
        }
        if (best.length == 0) {
            throw new IllegalStateException("no frame of " + api + " " + version + " is short enough");
        }
        return best;
    }

    /** Whether Kafka's own classes take it. */
    static boolean parses(byte[] frame) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(frame);
            RequestHeader header = RequestHeader.parse(bytes);
            return AbstractRequest.parseRequest(header.apiKey(), header.apiVersion(), new ByteBufferAccessor(bytes))
                            .request
                    != null;
        } catch (RuntimeException refused) {
            return false;
        }
    }
}
