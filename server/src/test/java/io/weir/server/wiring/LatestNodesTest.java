package io.weir.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.MockTime;
import org.apache.kafka.image.AclsImage;
import org.apache.kafka.image.ClientQuotasImage;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.image.ConfigurationsImage;
import org.apache.kafka.image.DelegationTokenImage;
import org.apache.kafka.image.FeaturesImage;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.ProducerIdsImage;
import org.apache.kafka.image.ScramImage;
import org.apache.kafka.image.TopicsImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.junit.jupiter.api.Test;

/** Node 1 hears of node 5, whose life has epoch 100. */
class LatestNodesTest {
    private static final int NODE = 5;
    private static final long EPOCH = 100;

    private final MockTime time = new MockTime(0, 1_000_000, 0);
    private final LatestNodes nodes = new LatestNodes(1, time);

    @Test
    void lifeThatIsNewerThanWhatIsKnownIsAlive() {
        hear(EPOCH - 1, Map.of());

        assertThat(nodes.alive(NODE, EPOCH)).isTrue();
        assertThat(nodes.alive(NODE, EPOCH - 1)).as("it was there, and is not").isFalse();
    }

    @Test
    void lifeThatWasUnfencedIsOverWhenItIsFenced() {
        hear(EPOCH, registered(EPOCH, false));
        assertThat(nodes.alive(NODE, EPOCH)).isTrue();

        hear(EPOCH + 1, registered(EPOCH, true));

        assertThat(nodes.alive(NODE, EPOCH)).isFalse();
    }

    @Test
    void lifeThatHasOnlyJustRegisteredIsAboutToBegin() {
        hear(EPOCH, registered(EPOCH, true));
        assertThat(nodes.alive(NODE, EPOCH)).isTrue();

        time.sleep(LatestNodes.BEGINS.toMillis() - 1);
        hear(EPOCH + 1, registered(EPOCH, true));
        assertThat(nodes.alive(NODE, EPOCH)).isTrue();

        time.sleep(1);
        assertThat(nodes.alive(NODE, EPOCH)).as("it has been fenced for long").isFalse();
    }

    @Test
    void nextLifeBeginsAnewAndTheOneBeforeIsOver() {
        hear(EPOCH, registered(EPOCH, false));

        hear(EPOCH + 10, registered(EPOCH + 10, true));

        assertThat(nodes.alive(NODE, EPOCH + 10)).isTrue();
        assertThat(nodes.alive(NODE, EPOCH)).isFalse();
    }

    private static Map<Integer, BrokerRegistration> registered(long epoch, boolean fenced) {
        return Map.of(
                NODE,
                new BrokerRegistration.Builder()
                        .setId(NODE)
                        .setEpoch(epoch)
                        .setIncarnationId(Uuid.randomUuid())
                        .setListeners(List.of(new Endpoint("INTERNAL", SecurityProtocol.PLAINTEXT, "localhost", 9000)))
                        .setDirectories(List.of(Uuid.randomUuid()))
                        .setFenced(fenced)
                        .build());
    }

    private void hear(long offset, Map<Integer, BrokerRegistration> brokers) {
        MetadataImage image = new MetadataImage(
                new MetadataProvenance(offset, 1, 0, true),
                FeaturesImage.EMPTY,
                new ClusterImage(brokers, Map.of()),
                TopicsImage.EMPTY,
                ConfigurationsImage.EMPTY,
                ClientQuotasImage.EMPTY,
                ProducerIdsImage.EMPTY,
                AclsImage.EMPTY,
                ScramImage.EMPTY,
                DelegationTokenImage.EMPTY);
        nodes.onImage(new MetadataDelta.Builder().setImage(image).build(), image)
                .join();
    }
}
