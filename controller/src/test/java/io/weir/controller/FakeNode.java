package io.weir.controller;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Service;
import io.weir.metadata.node.HealerConfig;
import io.weir.metadata.node.Incarnations;
import io.weir.metadata.node.IsrHealer;
import io.weir.metadata.node.NodeRegistration;
import io.weir.metadata.node.RegistrationConfig;
import io.weir.metadata.node.Role;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;

/** A node that owns what it is given and stores nothing: its registration and its healer are the real ones. */
final class FakeNode {

    final int id;
    final NodeRegistration registration;
    private final IsrHealer healer;
    private final TestNode cluster;
    private final Eyes eyes = new Eyes();
    private volatile boolean dead;
    /** While set, the node heals nothing. */
    volatile boolean idle;

    FakeNode(TestNode cluster, int id, Optional<String> rack, Set<Role> roles, Set<Uuid> earlier) {
        this.id = id;
        this.cluster = cluster;
        Service controller = cluster.service;
        RegistrationConfig base = RegistrationConfig.defaults(
                id,
                cluster.directory.clusterId(),
                List.of(new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, "localhost", 9000 + id)));
        this.registration = new NodeRegistration(
                new RegistrationConfig(
                        id,
                        base.clusterId(),
                        base.endpoints(),
                        rack,
                        roles,
                        Duration.ofMillis(200),
                        base.retryBackoff(),
                        base.leaveTimeout(),
                        base.heartbeatsInFlight()),
                controller,
                remembered(earlier),
                () -> eyes.image.highestOffsetAndEpoch().offset(),
                new PrometheusRegistry());
        this.healer = new IsrHealer(
                HealerConfig.defaults(id), controller, registration::brokerEpoch, new PrometheusRegistry());
    }

    FakeNode start() {
        TestNode.get(cluster.raft.install(List.of(eyes)));
        TestNode.get(registration.start());
        TestNode.get(registration.activate());
        return this;
    }

    /** Ends without a word. */
    void kill() {
        dead = true;
        registration.kill();
        stop();
    }

    /** Leaves as a node does that is told to stop. */
    void close() {
        TestNode.get(registration.leave());
        registration.close();
        dead = true;
        stop();
    }

    MetadataImage image() {
        return eyes.image;
    }

    private void stop() {
        healer.close();
        CompletableFuture<Void> _ = cluster.raft.remove(eyes);
    }

    private static Incarnations remembered(Set<Uuid> earlier) {
        return new Incarnations() {
            @Override
            public Collection<Uuid> gone() {
                return Set.copyOf(earlier);
            }

            @Override
            public void record(Uuid incarnation) {
                earlier.add(incarnation);
            }
        };
    }

    /** Forgets nothing, as a disk. */
    static Set<Uuid> memory() {
        return ConcurrentHashMap.newKeySet();
    }

    private final class Eyes implements MetadataPublisher {
        private final String name = "node-" + id + "-" + Uuid.randomUuid();
        private volatile MetadataImage image = MetadataImage.EMPTY;

        @Override
        public String name() {
            return name;
        }

        @Override
        public void onMetadataUpdate(MetadataDelta delta, MetadataImage newImage, LoaderManifest manifest) {
            if (!dead) {
                image = newImage;
                registration.onMetadataUpdate(delta, newImage, manifest);
                if (!idle) {
                    healer.onImage(delta, newImage).resultNow();
                }
            }
        }
    }
}
