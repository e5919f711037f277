package io.weir.broker.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyOutputStream;

class SnappyLengthsTest {
    private static final String STREAM = "82534e415050590000000001" + "00000001";

    private static boolean possible(byte[] bytes) {
        return SnappyLengths.arePossible(ByteBuffer.wrap(bytes), 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 63, 64, 65, 1_000, 32_768, 100_000, 5_000_000})
    void whatClientsSendIs(int bytes) throws IOException {
        byte[] zeros = new byte[bytes];
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        for (byte[] plain : new byte[][] {zeros, noise}) {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            try (SnappyOutputStream out = new SnappyOutputStream(stream)) {
                out.write(plain);
            }
            assertThat(possible(stream.toByteArray())).isTrue();
            assertThat(possible(Snappy.compress(plain))).isTrue();
            ByteArrayOutputStream twice = new ByteArrayOutputStream();
            stream.writeTo(twice);
            stream.writeTo(twice);
            assertThat(possible(twice.toByteArray())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Two gigabytes in a bare block, in a stream's first and in its second.
                "ffffffff0700000000",
                STREAM + "00000009" + "ffffffff0700000000",
                STREAM + "00000003" + "010000" + "00000009" + "ffffffff0700000000",
                // Ten times what could be, a number that does not end, a block longer than the stream, a negative one.
                "e80700000000",
                "ffffffffffffffff",
                STREAM + "7fffffff" + "0100",
                STREAM + "ffffffff" + "0100",
                ""
            })
    void whatCannotBeIsNot(String hex) {
        assertThat(possible(HexFormat.of().parseHex(hex))).isFalse();
    }
}
