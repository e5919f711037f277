package io.weir.proxy.produce;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Owners;
import io.weir.proxy.routing.Split;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.image.TopicsImage;

/** PRODUCE: finds the owners and hands the records over. */
public final class ProduceHandler implements Handler {
    private final ClusterView view;
    private final Forwarder forwarder;
    private final Split<ProduceItem, ProduceResult> split;

    /** Passes records on through the forwarder. */
    public ProduceHandler(ClusterView view, Forwarder forwarder) {
        this.view = view;
        this.forwarder = forwarder;
        this.split = new Split<>(
                new Produce(), view::image, ProduceItem::route, forwarder::broker, Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        int owner = soleOwner((ProduceRequest) call.request(), view.image().topics());
        return owner == Owners.NONE ? split.handle(call) : forwarder.broker(owner, call);
    }

    /** The one owner of all partitions, or {@link Owners#NONE}. Runs for every request: allocates only iterators. */
    private static int soleOwner(ProduceRequest request, TopicsImage topics) {
        boolean byId = ProduceItem.isById(request);
        int sole = Owners.NONE;
        for (TopicProduceData topic : request.data().topicData()) {
            TopicImage image = byId ? topics.getTopic(topic.topicId()) : topics.getTopic(topic.name());
            for (PartitionProduceData partition : topic.partitionData()) {
                int owner = Owners.ownerOf(image, partition.index());
                if (owner == Owners.NONE || (sole != Owners.NONE && sole != owner)) {
                    return Owners.NONE;
                }
                sole = owner;
            }
        }
        return sole;
    }
}
