package io.weir.metadata.raft;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.image.loader.MetadataLoader;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.image.publisher.SnapshotEmitter;
import org.apache.kafka.image.publisher.SnapshotGenerator;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.FileQuorumStateStore;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.KafkaRaftClientDriver;
import org.apache.kafka.raft.MetadataLogConfig;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.internals.KafkaRaftLog;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.util.KafkaScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's raft client over this node's metadata log, and the loader that turns what is committed into images.
 *
 * <p>Order of use: construct; let a controller register itself with {@link #client}; {@link #start}; then
 * {@link #install} publishers, in the order in which they must see each image. Every write is flushed to disk
 * before raft goes on, as in Kafka. {@link #close} ends all threads; not calling it (a kill) loses nothing that was
 * answered.
 */
public final class RaftNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);

    private static final String PARTITION_METADATA = "__cluster_metadata-0/partition.metadata";

    private final Time time;
    private final Metrics metrics;
    private final KafkaScheduler scheduler;
    private final RoomCheck room;
    private final RaftLog log;
    private final KafkaRaftClient<ApiMessageAndVersion> client;
    private final KafkaRaftClientDriver<ApiMessageAndVersion> driver;
    private final MetadataLoader loader;
    private final SnapshotGenerator snapshots;
    private boolean started;

    /**
     * Opens the log: recovers it, cutting off a torn end.
     *
     * @param fatal told when raft itself cannot go on
     * @throws WeirException UNAVAILABLE when the log cannot be read
     */
    public RaftNode(RaftConfig config, MetadataDirectory directory, Time time, FaultHandler fatal) {
        this.time = time;
        mustHaveRoom(config, directory, time);
        int nodeId = directory.nodeId();
        LogContext context = new LogContext("[Raft id=" + nodeId + "] ");
        ListenerName listener = ListenerName.normalised(config.listener());
        this.metrics = new Metrics(time);
        this.scheduler = new KafkaScheduler(1, true, "weir-metadata-log-");
        this.scheduler.startup();
        this.room = new RoomCheck(MetadataDirectory.logDirectory(directory.path()), config.minFreeBytes(), time);
        this.log = new PatientLog(openLog(config, directory, time, scheduler), room);
        directory.checksums().recordIfThere(PARTITION_METADATA);
        this.client = new KafkaRaftClient<>(
                OptionalInt.of(nodeId),
                directory.directoryId(),
                new MetadataRecordSerde(),
                new NoPeers(listener),
                log,
                time,
                new RaftExpirations(scheduler),
                context,
                true,
                directory.clusterId(),
                List.of(config.address()),
                Endpoints.fromInetSocketAddresses(Map.of(listener, config.address())),
                Feature.KRAFT_VERSION.supportedVersionRange(),
                quorumConfig(config));
        this.client.initialize(
                Map.<Integer, InetSocketAddress>of(),
                new CheckedQuorumState(
                        new FileQuorumStateStore(directory
                                .path()
                                .resolve(FileQuorumStateStore.DEFAULT_FILE_NAME)
                                .toFile()),
                        directory.checksums()),
                metrics,
                ignoredStaticVoters -> {});
        this.driver = new KafkaRaftClientDriver<>(client, "weir-raft", fatal, context);
        this.loader = new MetadataLoader.Builder()
                .setNodeId(nodeId)
                .setTime(time)
                .setThreadNamePrefix("weir-")
                .setFaultHandler(fatal)
                .setHighWaterMarkAccessor(client::highWatermark)
                .build();
        this.client.register(loader);
        this.snapshots = new SnapshotGenerator.Builder(new SnapshotEmitter.Builder()
                        .setTime(time)
                        .setNodeId(nodeId)
                        .setRaftClient(client)
                        .build())
                .setNodeId(nodeId)
                .setTime(time)
                // As in Kafka: without a snapshot the log is longer, and the next one may succeed.
                .setFaultHandler(new MetadataFaults("snapshots", fault -> {}))
                .setMaxBytesSinceLastSnapshot(config.snapshotBytes())
                .setMaxTimeSinceLastSnapshotNs(config.snapshotInterval().toNanos())
                .setThreadNamePrefix("weir-")
                .build();
    }

    /** For a controller to register with and write through. Closed by this node, not by the controller. */
    public KafkaRaftClient<ApiMessageAndVersion> client() {
        return client;
    }

    /** Begins to take part in the quorum and to take snapshots. Once. */
    public void start() {
        started = true;
        driver.start();
        CompletableFuture<Void> _ = loader.installPublishers(List.of(snapshots));
        LOG.info("event=raft_started node_id={} log_end={}", client.nodeId().orElse(-1), client.logEndOffset());
    }

    /**
     * Adds publishers behind those that are there; each first gets the whole image as one delta. Their calls come on
     * the loader's thread.
     */
    public CompletableFuture<Void> install(List<? extends MetadataPublisher> publishers) {
        return loader.installPublishers(publishers);
    }

    /** Takes a publisher out again and closes it. */
    public CompletableFuture<Void> remove(MetadataPublisher publisher) {
        return loader.removeAndClosePublisher(publisher);
    }

    /** Answers a raft request, such as DescribeQuorum. Any thread. */
    public CompletableFuture<ApiMessage> handle(RequestContext context, ApiMessage request) {
        return driver.handleRequest(context, context.header, request, time.milliseconds());
    }

    /** Version of the quorum's own protocol, for those who build a metadata cache. */
    public KRaftVersion kraftVersion() {
        return client.kraftVersion();
    }

    /** Ends loader, raft and log, in that order. Blocks until their threads are gone. */
    @Override
    public void close() {
        room.close();
        List<AutoCloseable> inOrder = new ArrayList<>();
        inOrder.add(loader);
        inOrder.add(snapshots);
        inOrder.add(started ? driver::shutdown : client);
        inOrder.add(scheduler::shutdown);
        inOrder.add(log);
        inOrder.add(metrics);
        inOrder.forEach(part -> Utils.closeQuietly(part, "metadata part"));
        LOG.info("event=raft_stopped");
    }

    /** Kafka maps its indexes into memory: on a full disk the opening fails with an error that says nothing. */
    private static void mustHaveRoom(RaftConfig config, MetadataDirectory directory, Time time) {
        try (RoomCheck check = new RoomCheck(directory.path(), config.minFreeBytes(), time)) {
            check.obstacle().ifPresent(obstacle -> {
                throw new WeirException(FaultKind.UNAVAILABLE, "Cannot open the metadata log: " + obstacle);
            });
        }
    }

    private static KafkaRaftLog openLog(
            RaftConfig config, MetadataDirectory directory, Time time, KafkaScheduler scheduler) {
        Map<String, Object> settings =
                Map.of(MetadataLogConfig.METADATA_LOG_SEGMENT_BYTES_CONFIG, config.segmentBytes());
        try {
            return KafkaRaftLog.createLog(
                    Topic.CLUSTER_METADATA_TOPIC_PARTITION,
                    Uuid.METADATA_TOPIC_ID,
                    MetadataDirectory.logDirectory(directory.path()).toFile(),
                    time,
                    scheduler,
                    new MetadataLogConfig(new AbstractConfig(MetadataLogConfig.CONFIG_DEF, settings, false)),
                    directory.nodeId());
        } catch (IOException e) {
            throw new WeirException(
                    FaultKind.UNAVAILABLE, "cannot open the metadata log in " + directory.path() + ": " + e, e);
        }
    }

    private static QuorumConfig quorumConfig(RaftConfig config) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG, (int)
                config.electionTimeout().toMillis());
        settings.put(QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG, (int)
                config.fetchTimeout().toMillis());
        settings.put(QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG, (int)
                config.electionBackoffMax().toMillis());
        settings.put(QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG, (int)
                config.requestTimeout().toMillis());
        settings.put(QuorumConfig.QUORUM_LINGER_MS_CONFIG, (int)
                config.appendLinger().toMillis());
        return new QuorumConfig(new AbstractConfig(QuorumConfig.CONFIG_DEF, settings, false));
    }
}
