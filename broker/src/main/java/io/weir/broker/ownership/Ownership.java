package io.weir.broker.ownership;

import io.weir.broker.BrokerConfig;
import io.weir.broker.lookup.KafkaErrors;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.Partition;
import io.weir.log.Partitions;
import io.weir.log.TopicDurability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.image.ConfigurationsDelta;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicDelta;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.image.TopicsDelta;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@link Partitions} what the metadata says: opens the partitions, of users and internal, whose leader is this
 * node, gives up those that it lost, deletes those whose topic is gone, hands on new settings.
 *
 * <p>{@link #apply} and {@link #applyAll} are called by one thread, the metadata loader's, which they do not hold:
 * everything is asked for at once and the future tells when it has settled. Publish the image after that future and a
 * topic can be written to the moment that anybody sees it.
 */
public final class Ownership {
    private static final Logger log = LoggerFactory.getLogger(Ownership.class);
    /** The pause between retries grows to this many times the first one. */
    private static final int MAX_RETRIES_APART = 64;

    private final int nodeId;
    private final Partitions partitions;
    private final TopicSettings settings;
    private final Timer timer;
    private final BrokerMetrics metrics;
    private final BrokerConfig config;
    /** What the metadata gives to this node. Written by the loader's thread; retries look whether they still should. */
    private final Map<TopicIdPartition, OpenPartition> owned = new ConcurrentHashMap<>();
    /** As of the image that was applied last. */
    private volatile Settings latest = new Settings(MetadataImage.EMPTY);

    /** For the node {@code nodeId}; the timer bounds the waiting and paces the retries. */
    public Ownership(
            int nodeId,
            Partitions partitions,
            TopicSettings settings,
            Timer timer,
            BrokerMetrics metrics,
            BrokerConfig config) {
        this.nodeId = nodeId;
        this.partitions = partitions;
        this.settings = settings;
        this.timer = timer;
        this.metrics = metrics;
        this.config = config;
    }

    /** Partitions that the metadata gives to this node, in whatever state. */
    public Set<TopicIdPartition> owned() {
        return Set.copyOf(owned.keySet());
    }

    /**
     * Applies a change.
     *
     * @param image the state after {@code delta}
     * @return done, never failed, when every partition that the change asks for is writable or has failed, or when
     *     {@code ownershipTimeout} has passed; what failed or takes longer is logged and goes on
     */
    public CompletableFuture<Void> apply(MetadataDelta delta, MetadataImage image) {
        Settings known = new Settings(image);
        latest = known;
        List<CompletableFuture<Void>> opening = new ArrayList<>();
        TopicsDelta topics = delta.topicsDelta();
        if (topics != null) {
            for (Uuid id : topics.deletedTopicIds()) {
                delete(topics.image().getTopic(id));
            }
            for (TopicDelta topic : topics.changedTopics().values()) {
                topic.partitionChanges()
                        .forEach((index, registration) -> follow(
                                new TopicIdPartition(topic.id(), new TopicPartition(topic.name(), index)),
                                registration,
                                opening));
            }
        }
        if (delta.configsDelta() != null) {
            configure(delta.configsDelta(), known);
        }
        return settled(opening);
    }

    /** Applies a whole image, as at the start: what it does not give to this node is given up or deleted. */
    public CompletableFuture<Void> applyAll(MetadataImage image) {
        Settings known = new Settings(image);
        latest = known;
        List<CompletableFuture<Void>> opening = new ArrayList<>();
        for (TopicIdPartition id : List.copyOf(owned.keySet())) {
            if (image.topics().getPartition(id.topicId(), id.partition()) == null) {
                // Partitions go with their topic only.
                delete(id);
            }
        }
        for (TopicImage topic : image.topics().topicsById().values()) {
            configure(topic, known);
            topic.partitions()
                    .forEach((index, registration) -> follow(
                            new TopicIdPartition(topic.id(), new TopicPartition(topic.name(), index)),
                            registration,
                            opening));
        }
        return settled(opening);
    }

    private void follow(
            TopicIdPartition id, PartitionRegistration registration, List<CompletableFuture<Void>> opening) {
        OpenPartition mine = owned.get(id);
        if (registration.leader != nodeId) {
            if (mine != null) {
                metrics.transition("resigned", registration.hasLeader() ? "moved" : "leaderless");
                resign(id, registration.leaderEpoch);
            }
        } else if (mine == null || mine.leaderEpoch() < registration.leaderEpoch) {
            OpenPartition wanted = new OpenPartition(id, registration.leaderEpoch, new CompletableFuture<>());
            owned.put(id, wanted);
            metrics.transition("owned", mine == null ? "elected" : "epoch_raised");
            open(wanted, config.ownershipRetry().toMillis());
            opening.add(wanted.settled());
        }
    }

    private void open(OpenPartition wanted, long retryMs) {
        CompletableFuture<Partition> opened;
        try {
            Setting setting = latest.of(wanted.id().topic());
            opened = partitions.own(wanted.id(), wanted.leaderEpoch(), setting.config, setting.durability);
        } catch (RuntimeException bug) {
            opened = CompletableFuture.failedFuture(bug);
        }
        CompletableFuture<?> _ = opened.whenComplete((_, fault) -> {
            if (fault == null) {
                metrics.transition("writable", "opened");
            } else if (wanted.equals(owned.get(wanted.id()))) {
                failed(wanted, retryMs, KafkaErrors.unwrap(fault));
            }
            wanted.settled().complete(null);
        });
    }

    /**
     * A store that is away is tried again, ever more slowly, until the metadata changes its mind. Another node may have
     * newer metadata and have taken the partition already: ours will follow. Anything else waits for people.
     */
    private void failed(OpenPartition wanted, long retryMs, Throwable fault) {
        FaultKind kind = fault instanceof WeirException known ? known.kind() : FaultKind.INTERNAL;
        metrics.transition("failed", kind.name().toLowerCase(Locale.ROOT));
        if (kind == FaultKind.FENCED) {
            log.info(
                    "event=partition_open_late partition={} leaderEpoch={} reason=\"{}\"",
                    wanted.id(),
                    wanted.leaderEpoch(),
                    fault.getMessage());
            return;
        }
        boolean again = kind == FaultKind.UNAVAILABLE;
        log.error(
                "event=partition_open_failed partition={} leaderEpoch={} retry={} reason=\"{}\"",
                wanted.id(),
                wanted.leaderEpoch(),
                again,
                fault.getMessage(),
                again ? null : fault);
        if (again) {
            timer.add(task(retryMs, () -> {
                if (wanted.equals(owned.get(wanted.id()))) {
                    open(
                            wanted,
                            Math.min(
                                    2 * retryMs,
                                    MAX_RETRIES_APART * config.ownershipRetry().toMillis()));
                }
            }));
        }
    }

    private void resign(TopicIdPartition id, int newLeaderEpoch) {
        owned.remove(id);
        CompletableFuture<?> _ = partitions.resign(id, newLeaderEpoch).whenComplete((_, fault) -> {
            if (fault != null) {
                log.warn("event=partition_resign_failed partition={} reason=\"{}\"", id, fault.getMessage());
            }
        });
    }

    private void delete(TopicImage topic) {
        topic.partitions().forEach((index, registration) -> {
            TopicIdPartition id = new TopicIdPartition(topic.id(), new TopicPartition(topic.name(), index));
            if (owned.containsKey(id) || isLastOwner(registration)) {
                delete(id);
            }
        });
        metrics.forget(topic.name());
    }

    /** Data in shared storage that has no owner just now is removed by its preferred one, and only by that. */
    private boolean isLastOwner(PartitionRegistration registration) {
        return registration.leader == nodeId
                || (!registration.hasLeader() && registration.preferredReplica() == nodeId);
    }

    private void delete(TopicIdPartition id) {
        owned.remove(id);
        metrics.transition("deleted", "topic_deleted");
        CompletableFuture<?> _ = partitions.delete(id).whenComplete((_, fault) -> {
            if (fault != null) {
                log.warn("event=partition_delete_failed partition={} reason=\"{}\"", id, fault.getMessage());
            }
        });
    }

    private void configure(ConfigurationsDelta configs, Settings known) {
        boolean defaults = configs.changes().keySet().stream().anyMatch(this::concernsEveryTopic);
        if (defaults) {
            known.image.topics().topicsById().values().forEach(topic -> configure(topic, known));
            return;
        }
        for (ConfigResource resource : configs.changes().keySet()) {
            if (resource.type() == ConfigResource.Type.TOPIC) {
                TopicImage topic = known.image.topics().getTopic(resource.name());
                if (topic != null) {
                    configure(topic, known);
                }
            }
        }
    }

    private boolean concernsEveryTopic(ConfigResource resource) {
        return resource.type() == ConfigResource.Type.BROKER
                && (resource.isDefault() || resource.name().equals(Integer.toString(nodeId)));
    }

    private void configure(TopicImage topic, Settings known) {
        for (int index : topic.partitions().keySet()) {
            TopicPartition partition = new TopicPartition(topic.name(), index);
            if (owned.containsKey(new TopicIdPartition(topic.id(), partition))) {
                Setting setting = known.of(topic.name());
                partitions
                        .find(partition)
                        .filter(open -> open.id().topicId().equals(topic.id()))
                        .ifPresent(open -> open.configure(setting.config, setting.durability));
            }
        }
    }

    private CompletableFuture<Void> settled(List<CompletableFuture<Void>> opening) {
        CompletableFuture<Void> all = CompletableFuture.allOf(opening.toArray(CompletableFuture<?>[]::new));
        if (!all.isDone()) {
            TimerTask bound = task(config.ownershipTimeout().toMillis(), () -> {
                if (all.complete(null)) {
                    long left = opening.stream().filter(open -> !open.isDone()).count();
                    log.warn("event=partitions_open_slowly partitions={} stillOpening={}", opening.size(), left);
                }
            });
            timer.add(bound);
            CompletableFuture<?> _ = all.whenComplete((_, _) -> bound.cancel());
        }
        return all;
    }

    private static TimerTask task(long delayMs, Runnable action) {
        return new TimerTask(delayMs) {
            @Override
            public void run() {
                action.run();
            }
        };
    }

    private record Setting(LogConfig config, TopicDurability durability) {}

    /** Settings as of one image, parsed once a topic; retries look from other threads. */
    private final class Settings {
        private final MetadataImage image;
        private final Map<String, Setting> byTopic = new ConcurrentHashMap<>();

        Settings(MetadataImage image) {
            this.image = image;
        }

        Setting of(String topic) {
            return byTopic.computeIfAbsent(
                    topic, name -> new Setting(settings.logConfig(image, name), settings.durability(image, name)));
        }
    }
}
