package io.weir.server.wiring;

import io.weir.broker.BrokerConfig;
import io.weir.broker.BrokerService;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.broker.ownership.Ownership;
import io.weir.broker.ownership.TopicSettings;
import io.weir.kafka.Service;
import io.weir.log.TopicDurability;
import io.weir.log.partition.NodeLog;
import io.weir.metadata.TopicConfigs;
import io.weir.proxy.cluster.ClientEndpoints;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Role: the broker. It is there for a coordinator, too: whoever owns partitions, be it only those of groups, opens
 * them as the metadata says and lets them be read and handed over.
 */
final class BrokerRoom implements AutoCloseable {
    private final ExecutorService wakers;
    private final BrokerService service;
    private final Ownership ownership;

    BrokerRoom(Site site, Knowledge known, NodeLog log, Timer timer) {
        BrokerConfig config = site.configs().broker();
        ClientEndpoints endpoints = new ClientEndpoints(
                known.view(),
                site.nodeId(),
                site.settings().listeners().advertised().isEmpty());
        BrokerMetrics metrics = new BrokerMetrics(site.registry(), log, config.maxMetricTopics());
        this.wakers = Executors.newFixedThreadPool(
                config.wakeParallelism(),
                Thread.ofPlatform().name("weir-fetch-", 0).factory());
        this.service = new BrokerService(
                new PartitionLookup(site.nodeId(), known.view(), log, endpoints::alive),
                Stores.volume(site.settings()),
                timer,
                site.time(),
                wakers,
                metrics,
                config);
        this.ownership = new Ownership(site.nodeId(), log, topicSettings(known.topicConfigs()), timer, metrics, config);
    }

    Service service() {
        return service;
    }

    /** Opens and closes partitions by the images that it is given. */
    Ownership ownership() {
        return ownership;
    }

    @Override
    public void close() {
        service.close();
        wakers.shutdownNow();
    }

    private static TopicSettings topicSettings(TopicConfigs configs) {
        return new TopicSettings() {
            @Override
            public LogConfig logConfig(MetadataImage image, String topic) {
                return configs.logConfig(image, topic);
            }

            @Override
            public TopicDurability durability(MetadataImage image, String topic) {
                return configs.weirConfig(image, topic).bufferedAck()
                        ? TopicDurability.BUFFER
                        : TopicDurability.DURABLE;
            }
        };
    }
}
