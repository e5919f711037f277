package io.weir.compat.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.ServerUnderTest;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.NodeView;
import io.weir.testkit.EmbeddedWeir;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/** A whole node in this process, with a partition for {@link Numbers}, stock clients of it, and what it says of itself. */
final class NumbersNode implements AutoCloseable {
    private final TopicPartition partition = new TopicPartition("numbers", 0);
    private final EmbeddedWeir weir;
    private final Cluster cluster;
    private final NodeView view;

    /** Starts it, with the topic that it is for. */
    NumbersNode(EmbeddedWeir.Builder builder) {
        weir = builder.withTopic(partition.topic(), 1).start();
        cluster = new Cluster(new Embedded(weir.bootstrapServers()));
        view = new NodeView("127.0.0.1:" + weir.httpAddress().getPort());
    }

    private record Embedded(String bootstrap) implements ServerUnderTest {
        @Override
        public boolean isWeir() {
            return true;
        }

        @Override
        public void close() {
            // The node closes it.
        }
    }

    /** Where the numbers go. */
    TopicPartition partition() {
        return partition;
    }

    Cluster cluster() {
        return cluster;
    }

    NodeView view() {
        return view;
    }

    /** Ends without a word, and starts again on what is in the store. */
    void crash() throws Exception {
        weir.kill();
        weir.restart();
    }

    /** Without an error to anybody, and again after a crash: every number once and in order. */
    void everythingIsThere(Numbers numbers) throws Exception {
        numbers.awaitMore(100);
        int sent = numbers.finish();
        assertThat(numbers.errors()).isEmpty();
        assertThat(numbers.acknowledged()).isEqualTo(sent);
        List<Integer> all = IntStream.range(0, sent).boxed().toList();
        assertThat(Numbers.read(cluster, partition, sent)).isEqualTo(all);
        crash();
        assertThat(Numbers.read(cluster, partition, sent)).isEqualTo(all);
        assertThat(readableEnd()).isEqualTo(sent);
    }

    /** The first number that no consumer can read yet. */
    long readableEnd() {
        try (var consumer = cluster.consumer()) {
            return Objects.requireNonNull(
                    consumer.endOffsets(List.of(partition)).get(partition));
        }
    }

    @Override
    public void close() throws Exception {
        cluster.close();
        view.close();
        weir.close();
    }
}
