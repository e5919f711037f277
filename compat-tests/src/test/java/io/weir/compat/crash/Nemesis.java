package io.weir.compat.crash;

import io.weir.compat.server.ClusterProcesses;
import io.weir.compat.server.NodeProcess;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.storage.hdfs.local.HdfsProcesses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.TopicPartition;

/**
 * Does a cluster harm, one thing at a time, and lets it come round again: kills and freezes owners, coordinators and
 * controllers, restarts them in an orderly way, cuts the network between owners and controllers, takes DataNodes away,
 * moves partitions by hand. Plays the supervisor as well: a node that ends because its commit log was taken over is
 * started again. One thread.
 */
final class Nemesis {
    /** What can be done. */
    enum Harm {
        /** SIGKILL for a node that owns partitions, and a start after a while. */
        KILL_OWNER,
        /** SIGSTOP for longer than a session, then SIGCONT: what it does late must count for nothing. */
        FREEZE_OWNER,
        /** SIGTERM and start. */
        RESTART_OWNER,
        /** SIGTERM and start for every node, one after the other. */
        RESTART_ALL,
        /** A node that owns partitions and the controllers hear nothing of each other for longer than a session. */
        CUT_OFF_OWNER,
        /** SIGKILL for a controller. */
        KILL_CONTROLLER,
        /** SIGSTOP for a controller. */
        FREEZE_CONTROLLER,
        /** A DataNode dies and comes back. */
        KILL_DATA_NODE,
        /** A DataNode says nothing for a while. */
        FREEZE_DATA_NODE,
        /** Every partition gets its candidates in another order. */
        REASSIGN
    }

    private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(5);

    private final ClusterProcesses nodes;
    private final HdfsProcesses hdfs;
    private final Cluster clients;
    private final SplittableRandom random;

    Nemesis(ClusterProcesses nodes, HdfsProcesses hdfs, Cluster clients, SplittableRandom random) {
        this.nodes = nodes;
        this.hdfs = hdfs;
        this.clients = clients;
        this.random = random;
    }

    /** Does it and undoes it; returns what was done, to whom. */
    String strike(Harm harm, List<TopicPartition> partitions) {
        superviseUntilReady();
        String to = switch (harm) {
            case KILL_OWNER -> killed(any("broker"));
            case FREEZE_OWNER -> frozen(any("broker"));
            case RESTART_OWNER -> restarted(any("broker"));
            case RESTART_ALL -> allRestarted();
            case CUT_OFF_OWNER -> cutOff(any("broker"));
            case KILL_CONTROLLER -> killed(any("controller"));
            case FREEZE_CONTROLLER -> frozen(any("controller"));
            case KILL_DATA_NODE -> dataNodeKilled();
            case FREEZE_DATA_NODE -> dataNodeFrozen();
            case REASSIGN -> reassigned(partitions);
        };
        superviseUntilReady();
        return harm + " " + to;
    }

    private NodeProcess any(String role) {
        List<NodeProcess> all = nodes.nodes(role);
        return all.get(random.nextInt(all.size()));
    }

    private String killed(NodeProcess node) {
        node.kill();
        CrashScenario.pause(random.nextLong(6_000));
        node.start();
        return node.toString();
    }

    private String frozen(NodeProcess node) {
        node.freeze();
        CrashScenario.pause(LONGER_THAN_A_SESSION.toMillis() + random.nextLong(2_000));
        node.thaw();
        return node.toString();
    }

    private String restarted(NodeProcess node) {
        node.stop();
        node.start();
        return node.toString();
    }

    private String allRestarted() {
        nodes.nodes().forEach(this::restarted);
        return nodes.nodes().size() + " nodes";
    }

    private String cutOff(NodeProcess node) {
        node.cut();
        CrashScenario.pause(LONGER_THAN_A_SESSION.toMillis() + random.nextLong(3_000));
        node.mend();
        return node.toString();
    }

    private String dataNodeKilled() {
        int which = random.nextInt(hdfs.dataNodes());
        hdfs.kill(which);
        CrashScenario.pause(random.nextLong(3_000));
        hdfs.restart(which);
        hdfs.awaitReady();
        return "DataNode " + which;
    }

    private String dataNodeFrozen() {
        int which = random.nextInt(hdfs.dataNodes());
        hdfs.pause(which);
        CrashScenario.pause(random.nextLong(4_000));
        hdfs.resume(which);
        return "DataNode " + which;
    }

    private String reassigned(List<TopicPartition> partitions) {
        List<Integer> brokers = new ArrayList<>(
                nodes.nodes("broker").stream().map(NodeProcess::id).toList());
        Map<TopicPartition, Optional<NewPartitionReassignment>> plan = new HashMap<>();
        for (TopicPartition partition : partitions) {
            brokers.add(brokers.removeFirst());
            plan.put(partition, Optional.of(new NewPartitionReassignment(List.copyOf(brokers))));
        }
        Cluster.get(clients.admin().alterPartitionReassignments(plan).all());
        Await.until(
                "the end of the reassignments",
                () -> Cluster.get(clients.admin().listPartitionReassignments().reassignments())
                        .isEmpty());
        return partitions.size() + " partitions";
    }

    /** Whoever has ended is started again, until all say that they are ready. */
    void superviseUntilReady() {
        Await.until("every node is ready again", () -> {
            for (NodeProcess node : nodes.nodes()) {
                if (!node.isAlive()) {
                    node.launch();
                    return false;
                }
                if (!node.isReady()) {
                    return false;
                }
            }
            return true;
        });
    }
}
