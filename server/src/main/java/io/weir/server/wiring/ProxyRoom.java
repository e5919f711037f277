package io.weir.server.wiring;

import io.weir.coordinator.InternalTopics;
import io.weir.kafka.Service;
import io.weir.log.stored.StoredReads;
import io.weir.metadata.ConfigDescriber;
import io.weir.proxy.ProxyService;
import io.weir.proxy.admin.ConfigAnswers;
import io.weir.proxy.routing.NodeIdentity;
import io.weir.proxy.routing.Nodes;
import java.util.Optional;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.Timer;

/** Role: the proxy, behind a gate until everything is there. To be closed after the listeners that lead to it. */
final class ProxyRoom implements AutoCloseable {
    private final ProxyService proxy;
    private final ReadyGate gate;

    /** @param stored the store, for records of partitions that other nodes own; absent where there are none */
    ProxyRoom(Site site, Knowledge known, String clusterId, Nodes nodes, Optional<StoredReads> stored, Timer timer) {
        ConfigDescriber describer = new ConfigDescriber(site.configs().nodeSettings(), known.topicConfigs());
        this.proxy = new ProxyService(
                known.view(),
                nodes,
                new NodeIdentity(site.nodeId(), clusterId),
                site.configs().proxy(InternalTopics.offsetsTopic(site.configs().coordinator())),
                answers(describer),
                stored,
                site.time(),
                timer,
                site.registry());
        this.gate = new ReadyGate(proxy);
    }

    Service service() {
        return gate;
    }

    /** Clients are answered from now on. */
    void open() {
        gate.open();
    }

    @Override
    public void close() {
        proxy.close();
    }

    private static ConfigAnswers answers(ConfigDescriber describer) {
        return new ConfigAnswers() {
            @Override
            public DescribeConfigsResponseData describe(MetadataImage image, DescribeConfigsRequestData request) {
                return describer.describe(image, request);
            }

            @Override
            public ListConfigResourcesResponseData list(MetadataImage image, ListConfigResourcesRequest request) {
                return describer.list(image, request);
            }
        };
    }
}
