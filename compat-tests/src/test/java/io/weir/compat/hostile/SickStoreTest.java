package io.weir.compat.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.storage.Store;
import io.weir.storage.fault.Fault;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.ScriptedFaults;
import io.weir.storage.fault.Stall;
import io.weir.testkit.EmbeddedWeir;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole node in this process, over a store that fails and stalls by order; stock clients with their own time-outs. */
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "needs a store that fails")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "needs a store that fails")
class SickStoreTest {
    private static final int TAIL_BYTES = 2 << 20;
    private static final int QUEUED_BYTES = 4 << 20;
    private static final double LONG_SECONDS = 5;

    private final NumbersNode node;

    @SuppressWarnings("NullAway.Init") // set by faulty(), while the node starts
    private FaultyStore store;

    SickStoreTest() {
        node = new NumbersNode(EmbeddedWeir.builder()
                .withStore(this::faulty)
                .withSetting("weir.tail.cache.bytes", Integer.toString(TAIL_BYTES))
                .withSetting("weir.segment.flush.bytes", "65536")
                .withSetting("weir.ack.buffer.max.bytes", "65536")
                .withSetting("queued.max.request.bytes", Integer.toString(QUEUED_BYTES))
                .withSetting("socket.request.max.bytes", Integer.toString(QUEUED_BYTES))
                .withTopic("other", 1));
    }

    private Store faulty(Store real) {
        store = new FaultyStore(real, new Random(1), delay -> {});
        return store;
    }

    @AfterEach
    void end() throws Exception {
        store.heal();
        node.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "APPEND", "FLUSH"})
    void oneFailureIsNoticedByNobodyButTheMetrics(Operation operation) throws Exception {
        try (Numbers numbers = new Numbers(node.cluster().producer(), node.partition(), 100)) {
            numbers.awaitMore(100);
            ScriptedFaults faults = new ScriptedFaults().once(operation, "wal/", new Fault.Before());
            if (operation == Operation.CREATE) {
                faults.once(Operation.FLUSH, "wal/", new Fault.Before());
            }
            store.use(faults);
            Await.until("the failure", () -> faults.remaining() == 0);
            numbers.awaitMore(100);
            assertThat(node.view().metric("weir_commit_failures_total")).isPositive();
            node.everythingIsThere(numbers);
        }
    }

    @Test
    void flushesThatFailForSecondsDelayAcknowledgementsAndShowNothingThatIsNotDurable() throws Exception {
        try (Numbers numbers = new Numbers(node.cluster().producer(), node.partition(), 100)) {
            numbers.awaitMore(100);
            store.use((operation, path) ->
                    operation == Operation.FLUSH && path.startsWith("wal/") ? new Fault.Before() : Fault.NONE);
            awaitStandstill();
            int acknowledged = numbers.acknowledged();
            assertThat(node.readableEnd())
                    .as("no record is readable that is not acknowledged")
                    .isLessThanOrEqualTo(acknowledged);
            assertThat(node.view().readiness()).startsWith("503").contains("Storage: ", "commit log cannot be written");
            store.heal();
            numbers.awaitMore(100);
            Await.until("the node is ready again", () -> node.view().readiness().startsWith("200"));
            assertThat(store.list("wal/"))
                    .as("files of attempts that failed do not pile up")
                    .hasSizeLessThan(10);
            node.everythingIsThere(numbers);
        }
    }

    @Test
    void aDiskThatHangsForSecondsFillsBoundedMemoryAndNobodyIsToldAnError() throws Exception {
        try (Numbers numbers = new Numbers(
                node.cluster().producer("linger.ms", "50", "batch.size", "600000"), node.partition(), 20_000)) {
            numbers.awaitMore(100);
            try (Stall stall = store.stall(Operation.FLUSH, "wal/")) {
                awaitStandstill();
                assertThat(stall.awaitArrival(Await.BOUND)).isTrue();
                assertThat(node.view().metric("weir_tail_cache_used_bytes"))
                        .isBetween(TAIL_BYTES / 2.0, (double) TAIL_BYTES);
                assertThat(node.view().metric("weir_appends_waiting")).isPositive();
                assertThat(node.view().metric("weir_buffers_pinned_bytes"))
                        .as("records in memory, requests, and Netty's rounding")
                        .isLessThan(1.5 * (TAIL_BYTES + QUEUED_BYTES));
                assertThat(node.view().readiness()).startsWith("503").contains("has not answered");
                assertThat(node.readableEnd()).isLessThanOrEqualTo(numbers.acknowledged());
            }
            node.everythingIsThere(numbers);
        }
    }

    @Test
    void aDiskThatHangsForLongIsToldToProducersAsAStorageErrorAndRecovers() throws Exception {
        try (Numbers numbers = new Numbers(
                        node.cluster().producer("delivery.timeout.ms", "120000"), node.partition(), 20_000);
                var impatient = node.cluster().producer("retries", "0", "enable.idempotence", "false")) {
            numbers.awaitMore(100);
            try (Stall stall = store.stall(Operation.FLUSH, "wal/")) {
                assertThat(stall.awaitArrival(Await.BOUND)).isTrue();
                assertThatThrownBy(() -> Cluster.get(impatient.send(new ProducerRecord<>("other", "refused"))))
                        .isInstanceOf(KafkaStorageException.class);
                assertThat(node.view().metric("weir_appends_refused_total")).isPositive();
                assertThat(node.view().metric("weir_storage_sick")).isEqualTo(1);
                int readable = (int) node.readableEnd();
                assertThat(Numbers.read(node.cluster(), node.partition(), readable))
                        .as("reads go on")
                        .hasSize(readable);
            }
            Await.until("the store is well", () -> node.view().metric("weir_storage_sick") == 0);
            Cluster.get(impatient.send(new ProducerRecord<>("other", "taken")));
            node.everythingIsThere(numbers);
        }
    }

    private void awaitStandstill() {
        Await.until("a standstill of seconds", () -> node.view().metric("weir_commit_waiting_seconds") > LONG_SECONDS);
    }
}
