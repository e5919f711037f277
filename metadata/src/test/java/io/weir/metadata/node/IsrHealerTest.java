package io.weir.metadata.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IsrHealerTest {
    private static final Uuid ORDERS = new Uuid(1, 1);

    private final FakeController controller = new FakeController();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final IsrHealer healer = new IsrHealer(
            new HealerConfig(1, 3, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofSeconds(10)),
            controller,
            () -> 11,
            registry);
    private MetadataImage image = MetadataImage.EMPTY;

    @AfterEach
    void close() {
        healer.close();
    }

    @Test
    void aCandidateThatIsUnfencedIsPutBackByTheLeaderAndByNobodyElse() throws InterruptedException {
        see(node(1, false), node(2, true), topic(), partition(0, 1, 1), partition(1, 2, 2), partition(2, 1, 1));
        assertThat(controller.requests).isEmpty();

        see(unfence(2));

        Asked asked = controller.next();
        assertThat(asked.data.brokerId()).isEqualTo(1);
        assertThat(asked.data.brokerEpoch()).isEqualTo(11);
        assertThat(asked.partitions()).extracting(p -> p.partitionIndex()).containsExactlyInAnyOrder(0, 2);
        assertThat(asked.partitions()).allSatisfy(partition -> {
            assertThat(partition.leaderEpoch()).isEqualTo(5);
            assertThat(partition.partitionEpoch()).isEqualTo(7);
            assertThat(partition.leaderRecoveryState()).isEqualTo((byte) 0);
            assertThat(partition.newIsrWithEpochs())
                    .extracting(member -> member.brokerId() + "@" + member.brokerEpoch())
                    .containsExactly("1@11", "2@12");
        });
        asked.settle();
        see(inSync(0), inSync(2));
        nothingFollows();
    }

    @Test
    void theMarkOfAnUncleanElectionIsCleared() {
        see(node(1, false), node(2, true), topic(), partition(0, 1, 1).setLeaderRecoveryState((byte) 1));

        Asked asked = controller.next();

        assertThat(asked.partitions().getFirst().leaderRecoveryState()).isEqualTo((byte) 0);
        assertThat(asked.partitions().getFirst().newIsrWithEpochs())
                .extracting(member -> member.brokerId())
                .containsExactly(1);
        asked.settle();
    }

    @Test
    void oneRequestAtATimeEachOfAtMostOneBatch() throws InterruptedException {
        List<ApiMessage> records = new ArrayList<>(List.of(node(1, false), node(2, false), topic()));
        for (int i = 0; i < 7; i++) {
            records.add(partition(i, 1, 1));
        }
        see(records.toArray(ApiMessage[]::new));

        Asked first = controller.next();
        see(unfence(2));
        assertThat(controller.requests).as("the first is not answered").isEmpty();
        assertThat(first.partitions()).hasSize(3);
        see(inSync(0), inSync(1), inSync(2));
        first.settle();
        Asked second = controller.next();
        assertThat(second.partitions()).hasSize(3);
        see(inSync(3), inSync(4), inSync(5));
        second.settle();
        Asked third = controller.next();
        assertThat(third.partitions())
                .extracting(partition -> partition.partitionIndex())
                .containsExactly(6);
        see(inSync(6));
        third.settle();
        nothingFollows();
    }

    @Test
    void whatIsRefusedIsAskedAgainFromAFreshImage() throws InterruptedException {
        see(node(1, false), node(2, false), topic(), partition(0, 1, 1), partition(1, 1, 1));

        controller.next().answer(Errors.INVALID_UPDATE_VERSION);
        see(new PartitionChangeRecord().setTopicId(ORDERS).setPartitionId(0).setLeader(1));
        Asked again = controller.next();
        while (again.partitions().stream().noneMatch(p -> p.partitionEpoch() == 8)) {
            again.answer(Errors.INVALID_UPDATE_VERSION);
            again = controller.next();
        }

        assertThat(again.partitions()).hasSize(2);
        again.answer.completeExceptionally(new NotControllerException("another"));
        Asked third = controller.next();
        assertThat(third.partitions()).hasSize(2);
        see(new PartitionChangeRecord().setTopicId(ORDERS).setPartitionId(0).setLeader(2), inSync(1));
        third.answer(Errors.FENCED_LEADER_EPOCH);
        nothingFollows();
    }

    /** Nothing is under way and nothing is wanted. */
    private void nothingFollows() throws InterruptedException {
        long deadline = Time.SYSTEM.milliseconds() + 20_000;
        while (incomplete() > 0) {
            assertThat(Time.SYSTEM.milliseconds()).isLessThan(deadline);
            assertThat(controller.requests.poll(1, TimeUnit.MILLISECONDS)).isNull();
        }
        assertThat(controller.requests).isEmpty();
    }

    private double incomplete() {
        return registry.scrape("weir_isr_incomplete_partitions"::equals).stream()
                .flatMap(snapshot -> snapshot.getDataPoints().stream())
                .mapToDouble(point -> ((GaugeSnapshot.GaugeDataPointSnapshot) point).getValue())
                .sum();
    }

    private void see(ApiMessage... records) {
        MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
        if (image.features().metadataVersion().isEmpty()) {
            delta.replay(new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 25));
        }
        for (ApiMessage record : records) {
            delta.replay(record);
        }
        image = delta.apply(new MetadataProvenance(image.offset() + 1, 1, 1, true));
        healer.onImage(delta, image).resultNow();
    }

    private static RegisterBrokerRecord node(int id, boolean fenced) {
        return new RegisterBrokerRecord()
                .setBrokerId(id)
                .setBrokerEpoch(10 + id)
                .setIncarnationId(new Uuid(5, id))
                .setFenced(fenced)
                .setLogDirs(List.of(new Uuid(9, 900 + id)));
    }

    private static BrokerRegistrationChangeRecord unfence(int id) {
        return new BrokerRegistrationChangeRecord()
                .setBrokerId(id)
                .setBrokerEpoch(10 + id)
                .setFenced((byte) -1);
    }

    private static TopicRecord topic() {
        return new TopicRecord().setName("orders").setTopicId(ORDERS);
    }

    private static PartitionRecord partition(int index, int leader, int inSync) {
        return new PartitionRecord()
                .setTopicId(ORDERS)
                .setPartitionId(index)
                .setReplicas(List.of(1, 2))
                .setDirectories(List.of(new Uuid(9, 901), new Uuid(9, 902)))
                .setIsr(List.of(inSync))
                .setLeader(leader)
                .setLeaderEpoch(5)
                .setPartitionEpoch(7);
    }

    private static PartitionChangeRecord inSync(int index) {
        return new PartitionChangeRecord()
                .setTopicId(ORDERS)
                .setPartitionId(index)
                .setIsr(List.of(1, 2));
    }

    private record Asked(AlterPartitionRequestData data, CompletableFuture<AlterPartitionResponseData> answer) {
        List<AlterPartitionRequestData.PartitionData> partitions() {
            return data.topics().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .toList();
        }

        void settle() {
            answer(Errors.NONE);
        }

        void answer(Errors error) {
            AlterPartitionResponseData response = new AlterPartitionResponseData();
            data.topics().forEach(topic -> {
                var answered = new AlterPartitionResponseData.TopicData().setTopicId(topic.topicId());
                topic.partitions()
                        .forEach(partition -> answered.partitions()
                                .add(new AlterPartitionResponseData.PartitionData()
                                        .setPartitionIndex(partition.partitionIndex())
                                        .setErrorCode(error.code())));
                response.topics().add(answered);
            });
            answer.complete(response);
        }
    }

    private static final class FakeController implements Service {
        final BlockingQueue<Asked> requests = new LinkedBlockingQueue<>();

        @Override
        public Set<ApiKeys> apis() {
            return Set.of(ApiKeys.ALTER_PARTITION);
        }

        @Override
        public CompletableFuture<? extends ApiMessage> call(Call call) {
            assertThat(call.version()).isGreaterThanOrEqualTo((short) 3);
            Asked asked = new Asked((AlterPartitionRequestData) call.request().data(), new CompletableFuture<>());
            requests.add(asked);
            return asked.answer;
        }

        Asked next() {
            try {
                Asked asked = requests.poll(20, TimeUnit.SECONDS);
                assertThat(asked).as("a request within 20 s").isNotNull();
                return asked;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
