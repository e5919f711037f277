package io.weir.coordinator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partitions of the offsets topic this node coordinates. One thread of its own takes images, the log's news and
 * the clock's in order, so that a topic's deletion, which waits for the log, never holds up the cluster's metadata.
 *
 * <p>Every change of the leader epoch ends the term and begins another, with a fresh load: the state of one term is
 * never written under the next.
 */
final class Leadership implements TermEvents, AutoCloseable {
    /** When this many images wait, whoever brings the next waits too. */
    static final int MAX_IMAGES_WAITING = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final int nodeId;
    private final CoordinatorConfig config;
    private final GroupCoordinator groups;
    private final Terms terms;
    private final Timer timer;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("coordinator-leadership").factory());
    private final Semaphore room = new Semaphore(MAX_IMAGES_WAITING);

    // All below belong to the thread.
    private final Map<Integer, Term> led = new HashMap<>();
    private @Nullable Uuid topicId;
    private int partitionCount;
    private boolean started;

    Leadership(int nodeId, CoordinatorConfig config, GroupCoordinator groups, Terms terms, Timer timer) {
        this.nodeId = nodeId;
        this.config = config;
        this.groups = groups;
        this.terms = terms;
        this.timer = timer;
        scheduleCheck();
    }

    CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage image) {
        room.acquireUninterruptibly();
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean accepted = post("image", () -> {
            room.release();
            try {
                apply(delta, image);
                done.complete(null);
            } catch (Throwable failed) {
                done.completeExceptionally(failed);
                throw failed;
            }
        });
        if (!accepted) {
            room.release();
            done.completeExceptionally(new RejectedExecutionException("The coordinator is closed"));
        }
        return done;
    }

    @Override
    public void closed(Term term) {
        post("close", () -> {
            // The log is gone; the image that says why may be yet to come, and may name this node again.
            if (led.remove(term.topicPartition().partition(), term)) {
                resign(term, "the log was closed");
            }
        });
    }

    @Override
    public void broken(Term term, Exception cause) {
        post("reload", () -> reload(term, cause.toString()));
    }

    private void apply(MetadataDelta delta, MetadataImage image) {
        TopicImage topic = image.topics().getTopic(InternalTopics.OFFSETS);
        updateGroupConfigs(delta, image);
        resignAllBut(topic);
        if (topic != null && !started) {
            partitionCount = topic.partitions().size();
            groups.startup(() -> partitionCount);
            started = true;
        }
        if (started) {
            groups.onMetadataUpdate(delta, image);
        }
        if (topic != null) {
            elect(topic);
        }
    }

    private void updateGroupConfigs(MetadataDelta delta, MetadataImage image) {
        if (delta.configsDelta() == null) {
            return;
        }
        for (ConfigResource resource : delta.configsDelta().changes().keySet()) {
            if (resource.type() == ConfigResource.Type.GROUP) {
                try {
                    groups.updateGroupConfig(resource.name(), image.configs().configProperties(resource));
                } catch (KafkaException refused) {
                    LOG.error("group config refused: group={} cause={}", resource.name(), refused.getMessage());
                }
            }
        }
    }

    private void resignAllBut(@Nullable TopicImage topic) {
        boolean sameTopic = topic != null && topic.id().equals(topicId);
        Set<Integer> gone = new HashSet<>();
        led.forEach((partition, term) -> {
            if (!sameTopic || epochHere(topic, partition) != term.leaderEpoch()) {
                gone.add(partition);
            }
        });
        for (Integer partition : gone) {
            Term term = led.remove(partition);
            if (term != null) {
                resign(term, "the cluster's metadata");
            }
        }
        topicId = topic == null ? null : topic.id();
    }

    private void elect(TopicImage topic) {
        if (topic.partitions().size() != partitionCount) {
            LOG.error(
                    "{} has {} partitions, this coordinator works with {}: groups may be sought elsewhere. Restart"
                            + " this node.",
                    InternalTopics.OFFSETS,
                    topic.partitions().size(),
                    partitionCount);
        }
        topic.partitions().forEach((partition, registration) -> {
            if (registration.leader == nodeId && !led.containsKey(partition)) {
                elect(partition, registration.leaderEpoch);
            }
        });
    }

    /** The leader epoch of the partition when this node leads it, else -1. */
    private int epochHere(@Nullable TopicImage topic, int partition) {
        var registration = topic == null ? null : topic.partitions().get(partition);
        return registration != null && registration.leader == nodeId ? registration.leaderEpoch : -1;
    }

    private void elect(int partition, int leaderEpoch) {
        Term term = terms.begin(new TopicPartition(InternalTopics.OFFSETS, partition), leaderEpoch);
        led.put(partition, term);
        LOG.debug("coordinator elected: partition={}", term);
        groups.onElection(partition, leaderEpoch);
    }

    private void resign(Term term, String reason) {
        LOG.debug("coordinator resigned: partition={} reason={}", term, reason);
        terms.end(term);
        groups.onResignation(term.topicPartition().partition(), OptionalInt.empty());
    }

    private void reload(Term term, String reason) {
        int partition = term.topicPartition().partition();
        if (led.get(partition) == term) {
            LOG.warn("coordinator reloads: partition={} reason={}", term, reason);
            resign(term, "reload");
            elect(partition, term.leaderEpoch());
        }
    }

    /** Loads again what could not be loaded, and what has grown: a load rewrites a log that is mostly dead. */
    private void check() {
        for (Term term : Set.copyOf(led.values())) {
            var log = term.log();
            if (term.isLoadFailed()) {
                reload(term, "it could not be loaded before");
            } else if (log != null) {
                long grownBytes = log.sizeBytes() - term.loadedSizeBytes();
                if (grownBytes >= Math.max(config.compactionThresholdBytes(), term.loadedSizeBytes())) {
                    reload(term, "its log has grown by " + grownBytes + " bytes");
                }
            }
        }
    }

    private void scheduleCheck() {
        timer.add(new TimerTask(config.compactionCheckInterval().toMillis()) {
            @Override
            public void run() {
                if (post("check", Leadership.this::check)) {
                    scheduleCheck();
                }
            }
        });
    }

    private boolean post(String what, Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException failed) {
                    LOG.error("coordinator step failed: step={}", what, failed);
                }
            });
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    /** Ends every term and makes the coordinator ready to be shut down. */
    @Override
    public void close() {
        post("stop", () -> {
            led.values().forEach(terms::end);
            led.clear();
            if (!started) {
                // Kafka's service closes its threads only when it runs.
                groups.startup(() -> 1);
            }
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("coordinator stops though its leadership thread has not ended in {} ms", CLOSE_TIMEOUT_MS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
