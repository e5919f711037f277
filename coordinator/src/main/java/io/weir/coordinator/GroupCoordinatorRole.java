package io.weir.coordinator;

import com.yammer.metrics.core.MetricsRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.log.Partitions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.group.GroupConfigManager;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.coordinator.group.GroupCoordinatorService;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorRuntimeMetrics;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.share.persister.NoOpStatePersister;
import org.apache.kafka.server.util.PartitionMetadataClient;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.apache.kafka.server.util.timer.Timer;

/**
 * Kafka's group coordinator over this node's partitions of the offsets log: builds it, makes it follow the cluster's
 * images, exports its metrics, and stops it. Any thread may call.
 */
public final class GroupCoordinatorRole implements AutoCloseable {
    private final GroupCoordinatorService groups;
    private final Leadership leadership;
    private final Metrics metrics;
    private final MetricsRegistry gauges;
    private final PrometheusRegistry registry;
    private final List<MultiCollector> collectors;

    /**
     * Starts the threads; serves nothing before the first image in which the offsets topic exists.
     *
     * @param partitions where this node's logs are; opened and closed by the role that owns them
     * @param endOffsets where group lags get the ends of partitions from: {@link LocalEndOffsets} when this node owns
     *     all of them
     */
    public GroupCoordinatorRole(
            int nodeId,
            CoordinatorConfig config,
            Partitions partitions,
            PartitionMetadataClient endOffsets,
            PrometheusRegistry registry,
            Time time) {
        this.registry = registry;
        this.metrics = new Metrics(time);
        this.gauges = new MetricsRegistry();
        Terms terms = new Terms();
        TermEventsRelay events = new TermEventsRelay();
        GroupConfigManager groupConfigs = new GroupConfigManager(
                config.groups().extractGroupConfigMap(config.shareGroups()), config.groups(), config.shareGroups());
        Timer timer = new SystemTimerReaper("group-coordinator-reaper", new SystemTimer("group-coordinator"));
        this.groups = new GroupCoordinatorService.Builder(nodeId, config.groups())
                .withWriter(new OffsetsLogWriter(terms, events))
                .withLoader(new OffsetsLogLoader(partitions, terms, config, new LoadMetrics(registry), time))
                .withTime(time)
                .withTimer(timer)
                .withCoordinatorRuntimeMetrics(new GroupCoordinatorRuntimeMetrics(metrics))
                .withGroupCoordinatorMetrics(new GroupCoordinatorMetrics(gauges, metrics))
                .withGroupConfigManager(groupConfigs)
                .withPersister(new NoOpStatePersister())
                .withAuthorizerPlugin(Optional.empty())
                .withPartitionMetadataClient(endOffsets)
                .build();
        this.leadership = new Leadership(nodeId, config, groups, terms, timer);
        events.to(leadership);
        this.collectors = List.of(
                new CoordinatorMetricsCollector(metrics, gauges), new GroupLag(groups, endOffsets, config, time));
        collectors.forEach(registry::register);
    }

    /** Kafka's coordinator, for {@link CoordinatorService}. */
    public GroupCoordinator groups() {
        return groups;
    }

    /**
     * Takes the next image: elects and resigns partitions of the offsets topic, passes on topics and group configs,
     * forgets offsets of deleted topics. Images are to come in order, after the logs that they give to this node were
     * asked to open. Returns at once unless {@value Leadership#MAX_IMAGES_WAITING} images wait; then it waits.
     *
     * @return done when the coordinator has been told; loading goes on after it
     */
    public CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage image) {
        return leadership.onImage(delta, image);
    }

    /** Stops loading and serving; requests that wait fail with NOT_COORDINATOR. Waits for the threads. */
    @Override
    public void close() {
        leadership.close();
        groups.shutdown();
        collectors.forEach(registry::unregister);
        gauges.shutdown();
        metrics.close();
    }
}
