package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.MetadataRequestData;
import org.junit.jupiter.api.Test;

class RequestReaderTest {
    @Test
    void countsValuesAndNotBytes() {
        RequestReader reader = new RequestReader(ByteBuffer.allocate(1000), 3);
        assertThat(reader.remaining()).isEqualTo(3);
        reader.readArray(500);
        assertThat(reader.readByteBuffer(400).remaining()).isEqualTo(400);
        reader.readLong();
        assertThat(reader.remaining()).isZero();
        assertThatThrownBy(reader::readByte)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("weir.request.max.fields");
    }

    @Test
    void arraysAreBoundedByTheValuesThatAreLeftBeforeTheyAreMade() {
        // Metadata 1: a thousand topics with empty names, two bytes each.
        ByteBuffer bytes = ByteBuffer.allocate(4 + 2000).putInt(0, 1000);
        assertThat(new MetadataRequestData(new RequestReader(bytes.duplicate(), 5000), (short) 1).topics())
                .hasSize(1000);
        assertThatThrownBy(() -> new MetadataRequestData(new RequestReader(bytes.duplicate(), 500), (short) 1))
                .hasMessageContaining("Tried to allocate a collection of size 1000");
    }

    @Test
    void lengthsOutsideTheFrameAreRefused() {
        RequestReader reader = new RequestReader(ByteBuffer.allocate(10), 100);
        assertThatThrownBy(() -> reader.readArray(11)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> reader.readArray(-1)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> reader.readByteBuffer(11)).isInstanceOf(IllegalArgumentException.class);
    }
}
