package io.weir.server.wiring;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.server.settings.Role;
import io.weir.server.settings.WeirSettings;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Time;

/**
 * What every room of a node is given.
 *
 * @param secret that all nodes share; absent when nodes do not prove who they are
 */
record Site(
        WeirSettings settings,
        ComponentConfigs configs,
        Time time,
        PrometheusRegistry registry,
        PooledByteBufAllocator allocator,
        Optional<ClusterSecret> secret) {
    static Site of(WeirSettings settings, Time time) {
        Optional<ClusterSecret> secret = settings.cluster().secretFile().map(ClusterSecret::read);
        return new Site(
                settings,
                new ComponentConfigs(settings, secret),
                time,
                new PrometheusRegistry(),
                RecordBuffers.allocator(),
                secret);
    }

    int nodeId() {
        return settings.nodeId();
    }

    boolean plays(Role role) {
        return settings.roles().contains(role);
    }

    /** Whether this process is the whole cluster. */
    boolean alone() {
        return settings.cluster().alone();
    }

    /** Whether there are partitions here, of users or of coordinators: whoever has them answers for them as a broker. */
    boolean ownsPartitions() {
        return plays(Role.BROKER) || plays(Role.COORDINATOR);
    }

    /** Whether this is a node to the controller; one that only votes is none. */
    boolean registers() {
        return !settings.roles().equals(Set.of(Role.CONTROLLER));
    }
}
