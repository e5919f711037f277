package io.weir.metadata.raft;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.MetadataLogConfig;
import org.apache.kafka.raft.NetworkChannel;
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
 * Kafka's raft client over this node's metadata log, and the loader that turns what is committed into images. The node
 * is a quorum of its own, or one of the voters of the settings, or it follows them.
 *
 * <p>Order of use: construct; let a controller register itself with {@link #client}; {@link #start}; then
 * {@link #install} publishers, in the order in which they must see each image. Every write is flushed to disk
 * before raft goes on, as in Kafka (a follower that does not vote leaves that to the system: its log is a copy).
 * {@link #close} ends all threads; not calling it (a kill) loses nothing that was answered.
 */
public final class RaftNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);

    private static final String PARTITION_METADATA = "__cluster_metadata-0/partition.metadata";

    private final Time time;
    private final RaftConfig config;
    private final Metrics metrics;
    private final NetworkChannel channel;
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
     * @throws WeirException UNAVAILABLE when the log cannot be read; INVALID when the log is that of a node on its own
     *     and the settings name voters, or the other way round
     */
    public RaftNode(RaftConfig config, MetadataDirectory directory, Time time, FaultHandler fatal) {
        this.time = time;
        this.config = config;
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
        Voters voters = config.peers().voters();
        this.channel = voters.isEmpty()
                ? new NoPeers(listener)
                : new PeerChannel(config, nodeId, directory.clusterId(), metrics, time, context, fatal);
        this.client = new KafkaRaftClient<>(
                OptionalInt.of(nodeId),
                directory.directoryId(),
                new MetadataRecordSerde(),
                channel,
                log,
                time,
                new RaftExpirations(scheduler),
                context,
                config.votes(nodeId),
                directory.clusterId(),
                voters.isEmpty() ? List.of(config.address(nodeId)) : List.of(),
                config.votes(nodeId)
                        ? Endpoints.fromInetSocketAddresses(Map.of(listener, config.address(nodeId)))
                        : Endpoints.empty(),
                Feature.KRAFT_VERSION.supportedVersionRange(),
                quorumConfig(config));
        this.client.initialize(
                voters.addresses(),
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
        mustFit(directory, voters);
    }

    /** For a controller to register with and write through. Closed by this node, not by the controller. */
    public KafkaRaftClient<ApiMessageAndVersion> client() {
        return client;
    }

    /** Begins to take part in the quorum and to take snapshots. Once. */
    public void start() {
        started = true;
        if (channel instanceof PeerChannel peers) {
            peers.start();
        }
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
        return driver.handleRequest(context, context.header, request, time.milliseconds())
                .thenApply(LogBytes::inMemory);
    }

    /** Who decides now, as far as this node knows; empty during an election. Any thread. */
    public Optional<ActiveController> activeController() {
        LeaderAndEpoch known = client.leaderAndEpoch();
        if (known.leaderId().isEmpty()) {
            return Optional.empty();
        }
        int leader = known.leaderId().getAsInt();
        Voters voters = config.peers().voters();
        // One that the settings of this node do not know cannot be asked.
        return voters.isEmpty() || voters.contains(leader)
                ? Optional.of(new ActiveController(leader, known.epoch(), config.address(leader)))
                : Optional.empty();
    }

    /** Version of the quorum's own protocol, for those who build a metadata cache. */
    public KRaftVersion kraftVersion() {
        return client.kraftVersion();
    }

    /**
     * Ends loader, raft and log, in that order; a leader tells the others first, and waits for the next one if it is
     * soon there. Blocks until the threads are gone.
     */
    @Override
    public void close() {
        end((int) config.peers().goodbye().toMillis());
    }

    /** Ends without a word to the others, as a crash does. */
    public void kill() {
        Utils.closeQuietly(channel, "raft channel");
        end(0);
    }

    private void end(int goodbyeMs) {
        room.close();
        List<AutoCloseable> inOrder = new ArrayList<>();
        inOrder.add(loader);
        inOrder.add(snapshots);
        inOrder.add(started ? () -> stopRaft(goodbyeMs) : client);
        inOrder.add(channel);
        inOrder.add(scheduler::shutdown);
        inOrder.add(log);
        inOrder.add(metrics);
        inOrder.forEach(part -> Utils.closeQuietly(part, "metadata part"));
        LOG.info("event=raft_stopped");
    }

    /** The driver would wait five seconds for a next leader, which may be stopping, too. */
    private void stopRaft(int goodbyeMs) throws InterruptedException {
        driver.initiateShutdown();
        CompletableFuture<Void> _ = client.shutdown(goodbyeMs);
        driver.awaitShutdown();
        client.close();
    }

    /** Who votes is either in the log, for a node on its own, or in the settings. */
    private void mustFit(MetadataDirectory directory, Voters voters) {
        boolean votersInLog = client.kraftVersion().isReconfigSupported();
        if (voters.isEmpty() == votersInLog) {
            return;
        }
        close();
        throw new WeirException(
                FaultKind.INVALID,
                voters.isEmpty()
                        ? directory.path() + " belongs to a cluster with controllers of its own; set"
                                + " controller.quorum.voters as on the other nodes, or choose another directory"
                        : directory.path() + " is that of a node on its own, and cannot join a quorum; remove"
                                + " controller.quorum.voters=" + voters + ", or choose an empty directory");
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
