package io.weir.server.wiring;

import io.weir.coordinator.InternalTopics;
import io.weir.kafka.Service;
import io.weir.metadata.ConfigDescriber;
import io.weir.proxy.ProxyService;
import io.weir.proxy.admin.ConfigAnswers;
import io.weir.proxy.routing.NodeIdentity;
import io.weir.proxy.routing.Nodes;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.Timer;

/** Role: the proxy, behind a gate until everything is there. */
final class ProxyRoom {
    private final ReadyGate gate;

    ProxyRoom(Site site, Knowledge known, String clusterId, Nodes nodes, Timer timer) {
        ConfigDescriber describer = new ConfigDescriber(site.configs().nodeSettings(), known.topicConfigs());
        this.gate = new ReadyGate(new ProxyService(
                known.view(),
                nodes,
                new NodeIdentity(site.nodeId(), clusterId),
                site.configs().proxy(InternalTopics.offsetsTopic(site.configs().coordinator())),
                answers(describer),
                site.time(),
                timer,
                site.registry()));
    }

    Service service() {
        return gate;
    }

    /** Clients are answered from now on. */
    void open() {
        gate.open();
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
