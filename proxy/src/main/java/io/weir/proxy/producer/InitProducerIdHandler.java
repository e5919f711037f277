package io.weir.proxy.producer;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.OwnCalls;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.AllocateProducerIdsRequest;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.common.ProducerIdsBlock;
import org.apache.kafka.server.util.timer.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * INIT_PRODUCER_ID for idempotent producers: an id that is new in the cluster, epoch 0. One that names its present id
 * and epoch, because it has lost count, gets a new id too, as from Kafka.
 */
public final class InitProducerIdHandler implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(InitProducerIdHandler.class);

    private final ClusterView view;
    private final Forwarder forwarder;
    private final OwnCalls ownCalls;
    private final int ownNodeId;
    private final Duration wait;
    private final ProducerIds ids;
    private final Counter blocks;

    /**
     * Registers {@code weir_proxy_producer_id_blocks_total}.
     *
     * @param wait longest that a producer waits for a block of ids
     */
    public InitProducerIdHandler(
            ClusterView view,
            Forwarder forwarder,
            int ownNodeId,
            Duration wait,
            Timer timer,
            PrometheusRegistry registry) {
        this.view = view;
        this.forwarder = forwarder;
        this.ownCalls = new OwnCalls(ownNodeId);
        this.ownNodeId = ownNodeId;
        this.wait = wait;
        this.ids = new ProducerIds(this::allocate, wait, timer);
        this.blocks = Counter.builder()
                .name("weir_proxy_producer_id_blocks_total")
                .help("Blocks of producer ids that the controller gave to this node")
                .register(registry);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        InitProducerIdRequestData request = ((InitProducerIdRequest) call.request()).data();
        if (request.transactionalId() != null) {
            throw request.transactionalId().isEmpty()
                    ? new InvalidRequestException("A transactional id must not be empty")
                    // Not retriable, so that a producer stops at once.
                    : new UnsupportedVersionException("transactions are not supported yet");
        }
        boolean hasId = request.producerId() != RecordBatch.NO_PRODUCER_ID;
        boolean hasEpoch = request.producerEpoch() != RecordBatch.NO_PRODUCER_EPOCH;
        if (hasId != hasEpoch) {
            throw new InvalidRequestException("A producer names both its id and its epoch or neither, not id "
                    + request.producerId() + " and epoch " + request.producerEpoch());
        }
        return ids.next()
                .thenApply(
                        id -> new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0));
    }

    /** The controller wants to know by its epoch that this node is registered. */
    private CompletableFuture<ProducerIdsBlock> allocate() {
        return view.when(image -> image.cluster().broker(ownNodeId) != null, wait)
                .thenCompose(this::ask)
                .thenApply(this::block);
    }

    private CompletableFuture<? extends ApiMessage> ask(MetadataImage image) {
        return forwarder.controller(ownCalls.of(new AllocateProducerIdsRequest(
                new AllocateProducerIdsRequestData()
                        .setBrokerId(ownNodeId)
                        .setBrokerEpoch(image.cluster().broker(ownNodeId).epoch()),
                ApiKeys.ALLOCATE_PRODUCER_IDS.latestVersion())));
    }

    private ProducerIdsBlock block(ApiMessage answer) {
        AllocateProducerIdsResponseData data = (AllocateProducerIdsResponseData) answer;
        Errors.forCode(data.errorCode()).maybeThrow();
        if (data.producerIdStart() < 0
                || data.producerIdLen() <= 0
                || data.producerIdStart() > Long.MAX_VALUE - data.producerIdLen()) {
            throw new IllegalStateException("The controller gave an impossible block of producer ids: " + data);
        }
        blocks.inc();
        LOG.info("event=producer_ids_allocated first={} count={}", data.producerIdStart(), data.producerIdLen());
        return new ProducerIdsBlock(ownNodeId, data.producerIdStart(), data.producerIdLen());
    }
}
