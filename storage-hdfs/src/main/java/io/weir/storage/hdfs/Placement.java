package io.weir.storage.hdfs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DFSUtilClient;
import org.apache.hadoop.hdfs.protocol.ClientDatanodeProtocol;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.ipc.RPC;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps new files away from DataNodes that hang. The NameNode takes such a node for alive for ten minutes and gives it
 * to the next file as well; so after a stall the nodes of that file are asked for a sign of life, and as long as one
 * does not give it, new files name the nodes that they want: those that have served this process before. If these are
 * fewer than the wanted copies, files have fewer until they are sealed. The racks are not looked at meanwhile.
 */
final class Placement {
    private static final Logger LOG = LoggerFactory.getLogger(Placement.class);
    private static final Duration PROBE = Duration.ofMillis(250);
    /** For a node that has never been asked before: a server that has just started is slow at first. */
    private static final Duration FIRST_PROBE = Duration.ofSeconds(1);

    private static final Duration PROBE_AGAIN = Duration.ofSeconds(1);
    /** After that the NameNode knows itself. */
    private static final Duration BLAMED_AT_MOST = Duration.ofMinutes(11);

    private static final int MAX_SEEN = 64;

    private final Configuration settings;
    private final Time time;
    private final CountDownLatch closing;
    private final Random random;

    // Under this monitor.
    private final Map<String, DatanodeInfo> seen = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, DatanodeInfo> eldest) {
            return size() > MAX_SEEN;
        }
    };
    private final Map<String, Long> sickSinceMs = new LinkedHashMap<>();
    private final Set<String> answeredBefore = new HashSet<>();

    /** @param closing the store is being closed */
    Placement(Configuration settings, Time time, Random random, CountDownLatch closing) {
        this.settings = settings;
        this.time = time;
        this.random = random;
        this.closing = closing;
    }

    /** These nodes have just served. */
    synchronized void seen(DatanodeInfo[] nodes) {
        for (DatanodeInfo node : nodes) {
            if (seen.put(node.getXferAddr(), node) == null) {
                // The first sign of life takes long, on both sides; it should not be the one that matters.
                Thread.ofVirtual().name("weir-hdfs-probe").start(() -> answers(node));
            }
        }
    }

    /** Where a new file shall be, at most {@code replication} nodes; empty leaves it to the NameNode. */
    synchronized Optional<List<InetSocketAddress>> choose(int replication) {
        if (sickSinceMs.isEmpty()) {
            return Optional.empty();
        }
        List<InetSocketAddress> well = new ArrayList<>();
        for (DatanodeInfo node : seen.values()) {
            if (!sickSinceMs.containsKey(node.getXferAddr())) {
                well.add(InetSocketAddress.createUnresolved(node.getIpAddr(), node.getXferPort()));
            }
        }
        if (well.isEmpty()) {
            return Optional.empty();
        }
        Collections.shuffle(well, random);
        return Optional.of(List.copyOf(well.subList(0, Math.min(replication, well.size()))));
    }

    /** Finds out which nodes of a file that waits do not answer while others do; whether there is any. Takes a while. */
    boolean examine(DatanodeInfo[] nodes) {
        Duration bound = haveAnswered(nodes) ? PROBE : FIRST_PROBE;
        Map<String, Boolean> answers = new ConcurrentHashMap<>();
        CountDownLatch answered = new CountDownLatch(nodes.length);
        for (DatanodeInfo node : nodes) {
            Thread.startVirtualThread(() -> {
                if (answers(node)) {
                    answers.put(node.getXferAddr(), true);
                }
                answered.countDown();
            });
        }
        try {
            boolean _ = answered.await(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        List<DatanodeInfo> sick = Arrays.stream(nodes)
                .filter(node -> !answers.containsKey(node.getXferAddr()))
                .toList();
        if (sick.isEmpty() || sick.size() == nodes.length) {
            // When none answers it may as well be this machine that is slow: nobody is to blame, and waiting goes on.
            LOG.info(
                    "hdfs_write=waiting pipeline={} answering={}",
                    names(Arrays.asList(nodes)),
                    sick.isEmpty() ? "all" : "none");
            return false;
        }
        LOG.warn("hdfs_write=stalled pipeline={} not_answering={}", names(Arrays.asList(nodes)), names(sick));
        blame(nodes, sick);
        return true;
    }

    private synchronized boolean haveAnswered(DatanodeInfo[] nodes) {
        return Arrays.stream(nodes).allMatch(node -> answeredBefore.contains(node.getXferAddr()));
    }

    private synchronized void answered(DatanodeInfo node) {
        if (answeredBefore.size() >= MAX_SEEN) {
            answeredBefore.clear();
        }
        answeredBefore.add(node.getXferAddr());
    }

    private synchronized void blame(DatanodeInfo[] nodes, List<DatanodeInfo> sick) {
        seen(nodes);
        for (DatanodeInfo node : sick) {
            if (sickSinceMs.putIfAbsent(node.getXferAddr(), time.milliseconds()) == null) {
                Thread.ofVirtual().name("weir-hdfs-probe").start(() -> watch(node));
            }
        }
    }

    /** Until the node answers again, or the NameNode has had the time to notice. */
    private void watch(DatanodeInfo node) {
        long sinceMs = time.milliseconds();
        boolean well = false;
        try {
            while (!well
                    && time.milliseconds() - sinceMs < BLAMED_AT_MOST.toMillis()
                    && !closing.await(PROBE_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                well = answers(node);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info(
                "hdfs_datanode={} node={} after_ms={}",
                well ? "well again" : "not watched any more",
                node,
                time.milliseconds() - sinceMs);
        synchronized (this) {
            sickSinceMs.remove(node.getXferAddr());
        }
    }

    private boolean answers(DatanodeInfo node) {
        ClientDatanodeProtocol protocol = null;
        try {
            protocol = DFSUtilClient.createClientDatanodeProtocolProxy(
                    node,
                    settings,
                    (int) FIRST_PROBE.toMillis(),
                    settings.getBoolean("dfs.client.use.datanode.hostname", false));
            protocol.getDatanodeInfo();
            answered(node);
            return true;
        } catch (RemoteException e) {
            answered(node);
            return true; // it refuses, so it lives
        } catch (IOException e) {
            LOG.debug("hdfs_probe=failed node={} reason={}", node, e.getMessage());
            return false;
        } finally {
            if (protocol != null) {
                RPC.stopProxy(protocol);
            }
        }
    }

    private static String names(List<DatanodeInfo> nodes) {
        return nodes.stream().map(DatanodeInfo::getXferAddr).collect(Collectors.joining(","));
    }
}
