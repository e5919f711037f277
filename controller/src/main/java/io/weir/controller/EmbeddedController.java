package io.weir.controller;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.metadata.TopicConfigs;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.RaftNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.QuorumController;
import org.apache.kafka.controller.QuorumFeatures;
import org.apache.kafka.controller.metrics.QuorumControllerMetrics;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's quorum controller as this node's role, with Weir's rules: candidates by role and not by replication factor,
 * unclean election on everywhere, Weir's topic settings.
 *
 * <p>Construct it before the raft node is started, so that it sees the log from the beginning. Its own event thread
 * decides; the methods of {@link #controller} may be called from any thread. Close it before the raft node.
 */
public final class EmbeddedController implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedController.class);
    /** How often within a session's time-out is looked for those that are over. */
    private static final int STALE_CHECKS = 20;

    private final QuorumController controller;
    private final NodeRoles roles = new NodeRoles();
    private final ControllerMetrics metrics;

    /**
     * @param fatal told when the controller's state can no longer be trusted: the process should end
     * @param nonFatal told of bugs that the controller survives
     */
    public EmbeddedController(
            ControllerConfig config,
            MetadataDirectory directory,
            RaftNode raft,
            Time time,
            RandomGenerator random,
            FaultHandler fatal,
            FaultHandler nonFatal,
            PrometheusRegistry registry) {
        int nodeId = directory.nodeId();
        SettingsValidator settings = new SettingsValidator(nodeId, config.nodeSettings());
        QuorumControllerMetrics kafkas = new QuorumControllerMetrics(
                Optional.empty(), time, (int) config.sessionTimeout().toMillis());
        try {
            this.controller = new QuorumController.Builder(nodeId, directory.clusterId())
                    .setTime(time)
                    .setThreadNamePrefix("weir-controller-")
                    .setRaftClient(raft.client())
                    .setConfigSchema(TopicConfigs.schema(config.nodeDefinition()))
                    .setConfigurationValidator(settings)
                    .setSupportedConfigChecker(settings)
                    .setStaticConfig(staticConfig(config))
                    .setQuorumFeatures(
                            new QuorumFeatures(nodeId, QuorumFeatures.defaultSupportedFeatureMap(false), List.of()))
                    .setDefaultReplicationFactor(Placement.USER.code())
                    .setDefaultNumPartitions(config.defaultPartitions())
                    .setReplicaPlacer(new RoleReplicaPlacer(roles::of, random))
                    .setSessionTimeoutNs(config.sessionTimeout().toNanos())
                    // Kafka's quarter of the time-out would be most of what a take-over takes besides.
                    .setFenceStaleBrokerIntervalNs(config.sessionTimeout().toNanos() / STALE_CHECKS)
                    .setMaxIdleIntervalNs(unlessZero(config.idleRecordInterval()))
                    .setLeaderImbalanceCheckIntervalNs(unlessZero(config.leaderImbalanceCheckInterval()))
                    .setMaxRecordsPerBatch(config.maxRecordsPerBatch())
                    .setBootstrapMetadata(directory.bootstrap())
                    .setFatalFaultHandler(fatal)
                    .setNonFatalFaultHandler(nonFatal)
                    .setMetrics(kafkas)
                    .build();
        } catch (Exception e) {
            throw new WeirException(FaultKind.INTERNAL, "cannot build the controller: " + e.getMessage(), e);
        }
        this.metrics = new ControllerMetrics(registry, kafkas, controller);
        CompletableFuture<Void> _ = raft.install(List.of(roles));
        LOG.info(
                "event=controller_created node_id={} cluster_id={} session_timeout_ms={}",
                nodeId,
                directory.clusterId(),
                config.sessionTimeout().toMillis());
    }

    /** Kafka's interface to the controller. */
    public Controller controller() {
        return controller;
    }

    /** Done when that many nodes are registered and unfenced. */
    public CompletableFuture<Void> nodesReady(int nodes) {
        return controller.waitForReadyBrokers(nodes);
    }

    @Override
    public void close() {
        metrics.close();
        try {
            controller.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info("event=controller_closed node_id={}", controller.nodeId());
    }

    private static Map<String, Object> staticConfig(ControllerConfig config) {
        Map<String, Object> all = new HashMap<>(config.nodeSettings());
        all.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "true");
        return all;
    }

    private static OptionalLong unlessZero(Duration duration) {
        return duration.isZero() ? OptionalLong.empty() : OptionalLong.of(duration.toNanos());
    }
}
