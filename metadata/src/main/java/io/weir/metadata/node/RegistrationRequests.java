package io.weir.metadata.node;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.requests.BrokerHeartbeatRequest;
import org.apache.kafka.common.requests.BrokerRegistrationRequest;
import org.apache.kafka.common.requests.UnregisterBrokerRequest;
import org.apache.kafka.controller.QuorumFeatures;

/** The three requests by which a node comes, stays and goes. Pure. */
final class RegistrationRequests {
    private RegistrationRequests() {}

    static BrokerRegistrationRequest.Builder register(RegistrationConfig config, Uuid incarnation) {
        BrokerRegistrationRequestData data = new BrokerRegistrationRequestData()
                .setBrokerId(config.nodeId())
                .setClusterId(config.clusterId())
                .setIncarnationId(incarnation)
                .setRack(config.rack().orElse(null))
                .setLogDirs(List.of(logDirectory(config)));
        for (Endpoint endpoint : config.endpoints()) {
            data.listeners()
                    .add(new BrokerRegistrationRequestData.Listener()
                            .setName(endpoint.listener())
                            .setHost(endpoint.host())
                            .setPort(endpoint.port())
                            .setSecurityProtocol(endpoint.securityProtocol().id));
        }
        QuorumFeatures.defaultSupportedFeatureMap(false)
                .forEach((name, range) -> data.features().add(feature(name, range.min(), range.max())));
        config.roles().forEach(role -> data.features().add(feature(role.feature(), (short) 0, (short) 1)));
        return new BrokerRegistrationRequest.Builder(data);
    }

    static BrokerHeartbeatRequest.Builder heartbeat(
            int nodeId, long epoch, long offset, boolean wantFence, boolean wantShutDown) {
        return new BrokerHeartbeatRequest.Builder(new BrokerHeartbeatRequestData()
                .setBrokerId(nodeId)
                .setBrokerEpoch(epoch)
                .setCurrentMetadataOffset(offset)
                .setWantFence(wantFence)
                .setWantShutDown(wantShutDown));
    }

    /** Of a node that is used, and is about to leave. */
    static BrokerHeartbeatRequest.Builder leaving(int nodeId, long epoch, long offset) {
        BrokerHeartbeatRequestData data = new BrokerHeartbeatRequestData()
                .setBrokerId(nodeId)
                .setBrokerEpoch(epoch)
                .setCurrentMetadataOffset(offset);
        data.unknownTaggedFields().add(LeavingField.set());
        return new BrokerHeartbeatRequest.Builder(data);
    }

    static UnregisterBrokerRequest.Builder unregister(int nodeId) {
        return new UnregisterBrokerRequest.Builder(new UnregisterBrokerRequestData().setBrokerId(nodeId));
    }

    /**
     * The log directory that KRaft wants a node to name. Nothing is kept there, but KRaft elects a node only for
     * partitions that were assigned to a directory which it still has: so it follows from who the node is.
     */
    static Uuid logDirectory(RegistrationConfig config) {
        String name = "weir-log-directory/" + config.clusterId() + "/" + config.nodeId();
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private static BrokerRegistrationRequestData.Feature feature(String name, short min, short max) {
        return new BrokerRegistrationRequestData.Feature()
                .setName(name)
                .setMinSupportedVersion(min)
                .setMaxSupportedVersion(max);
    }
}
