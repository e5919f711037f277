package io.weir.controller.balance;

import io.weir.metadata.node.LeavingField;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * What nodes say with their heartbeats: up to which offset they act by the metadata, and whether they are about to
 * leave. A node has opened the partitions that an image gives to it before it says that it acts by that image. Any thread.
 */
public final class OwnerReports {
    private final Map<Integer, Report> latest = new ConcurrentHashMap<>();
    private final Set<Integer> drained = ConcurrentHashMap.newKeySet();
    private volatile Runnable listener = () -> {};

    private record Report(long epoch, long appliedOffset, boolean leaving) {}

    /** Told of whatever is new, on whichever thread brings it; must not block. */
    void onNews(Runnable heard) {
        listener = heard;
    }

    /** Returns whether nothing is left to be handed on of a node that is about to leave. */
    public boolean heard(BrokerHeartbeatRequestData said) {
        boolean leaving = LeavingField.in(said.unknownTaggedFields());
        Report now = new Report(said.brokerEpoch(), said.currentMetadataOffset(), leaving);
        if (!leaving) {
            drained.remove(said.brokerId());
        }
        if (!now.equals(latest.put(said.brokerId(), now))) {
            listener.run();
        }
        return leaving && drained.contains(said.brokerId());
    }

    /** Nodes of the image that are about to leave and still serve. */
    Set<Integer> leaving(ClusterImage cluster) {
        Set<Integer> leaving = ConcurrentHashMap.newKeySet();
        latest.forEach((node, report) -> {
            BrokerRegistration registration = cluster.broker(node);
            if (report.leaving
                    && registration != null
                    && registration.epoch() == report.epoch
                    && !registration.fenced()
                    && !registration.inControlledShutdown()) {
                leaving.add(node);
            }
        });
        return leaving;
    }

    /** Up to where this life of the node acts by the metadata, as far as it has said. */
    OptionalLong appliedOffset(BrokerRegistration node) {
        Report report = latest.get(node.id());
        return report == null || report.epoch != node.epoch()
                ? OptionalLong.empty()
                : OptionalLong.of(report.appliedOffset);
    }

    /** Nothing of it is left that another could have. */
    void drained(int node) {
        drained.add(node);
    }
}
