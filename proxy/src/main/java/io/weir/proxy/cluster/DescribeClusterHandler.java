package io.weir.proxy.cluster;

import io.weir.kafka.Call;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.NodeIdentity;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.EndpointType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeClusterRequest;

/** DESCRIBE_CLUSTER (KIP-700, 919, 1073): the nodes, as brokers; also those behind proxies, for tools name them. */
public final class DescribeClusterHandler implements Handler {
    private final ClientEndpoints endpoints;
    private final NodeIdentity identity;

    /** Answers from what the view knows. */
    public DescribeClusterHandler(ClientEndpoints endpoints, NodeIdentity identity) {
        this.endpoints = endpoints;
        this.identity = identity;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        DescribeClusterRequestData request = ((DescribeClusterRequest) call.request()).data();
        return CompletableFuture.completedFuture(
                switch (EndpointType.fromId(request.endpointType())) {
                    case BROKER -> describe(call, request);
                    case CONTROLLER ->
                        refused(
                                request,
                                Errors.MISMATCHED_ENDPOINT_TYPE,
                                "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type"
                                        + " CONTROLLER");
                    case UNKNOWN ->
                        refused(
                                request,
                                Errors.UNSUPPORTED_ENDPOINT_TYPE,
                                "Unsupported endpoint type " + request.endpointType());
                });
    }

    private DescribeClusterResponseData describe(Call call, DescribeClusterRequestData request) {
        Fronts fronts = endpoints.fronts(call);
        DescribeClusterResponseData response = new DescribeClusterResponseData()
                .setEndpointType(request.endpointType())
                .setClusterId(identity.clusterId())
                .setControllerId(endpoints.controllerId(fronts.alive()));
        if (request.includeClusterAuthorizedOperations()) {
            response.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        for (Node node : fronts.all(request.includeFencedBrokers())) {
            response.brokers()
                    .add(new DescribeClusterBroker()
                            .setBrokerId(node.id())
                            .setHost(node.host())
                            .setPort(node.port())
                            .setRack(node.rack())
                            .setIsFenced(node.isFenced()));
        }
        return response;
    }

    private DescribeClusterResponseData refused(DescribeClusterRequestData request, Errors error, String message) {
        return new DescribeClusterResponseData()
                .setEndpointType(request.endpointType())
                .setClusterId(identity.clusterId())
                .setErrorCode(error.code())
                .setErrorMessage(message);
    }
}
