package io.weir.proxy.produce;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Owners;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * PRODUCE: finds the owners and hands the records over. While the owner of a request's partitions takes records, as it
 * nearly always does, the very call goes there; everything else is for {@link Resending}. Any thread; the requests of
 * one connection come in their order.
 */
public final class ProduceHandler implements Handler {
    private final ClusterView view;
    private final Forwarder forwarder;
    private final Lanes lanes = new Lanes();
    private final Resending resending;
    private final AtomicLong orders = new AtomicLong();

    /** Passes records on through the forwarder. */
    public ProduceHandler(ClusterView view, Forwarder forwarder, Resending.Parts parts) {
        this.view = view;
        this.forwarder = forwarder;
        this.resending = new Resending(view, forwarder, lanes, parts);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        long order = orders.incrementAndGet();
        MetadataImage image = view.image();
        Lane[] entered = enter((ProduceRequest) call.request(), image);
        if (entered == null) {
            return resending.takeApart(call, image, order);
        }
        int owner = Owners.ownerOf(image.topics().getTopic(entered[0].topicId()), entered[0].partition());
        DirectProduce direct = new DirectProduce(this, call, entered, image, order);
        CompletableFuture<? extends ApiMessage> answer;
        try {
            answer = forwarder.broker(owner, call);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        if (answer.state() == CompletableFuture.State.SUCCESS) {
            direct.accept(answer.resultNow(), null);
        } else {
            CompletableFuture<?> _ = answer.whenComplete(direct);
        }
        return direct;
    }

    /** Others may go on in a lane that one has left. */
    void pump(Lane lane) {
        resending.pump(lane);
    }

    /** Something has come of the request that the client perhaps need not know. */
    void lookCloser(DirectProduce direct, @Nullable ApiMessage answer, @Nullable Throwable failure) {
        resending.takeApart(direct, answer, failure);
    }

    /**
     * The lanes of all partitions when they have one owner and all are free, else null. Runs for every request: allocates
     * an array and an iterator.
     */
    private Lane @Nullable [] enter(ProduceRequest request, MetadataImage image) {
        boolean byId = ProduceItem.isById(request);
        Lane[] entered = new Lane[1];
        int count = 0;
        int sole = Owners.NONE;
        for (TopicProduceData topic : request.data().topicData()) {
            TopicImage known = known(topic, image, byId);
            for (int i = 0; i < topic.partitionData().size(); i++) {
                int partition = topic.partitionData().get(i).index();
                PartitionRegistration owned =
                        known == null ? null : known.partitions().get(partition);
                boolean fits = owned != null && owned.leader >= 0 && (count == 0 || owned.leader == sole);
                Lane lane = known == null || owned == null || !fits
                        ? null
                        : lanes.of(known, partition, image.topics());
                if (lane == null || owned == null || !lane.tryEnter(owned.leaderEpoch)) {
                    leave(entered, count);
                    return null;
                }
                sole = owned.leader;
                if (count == entered.length) {
                    entered = Arrays.copyOf(entered, 2 * count);
                }
                entered[count++] = lane;
            }
        }
        if (count == 0) {
            return null;
        }
        return count == entered.length ? entered : Arrays.copyOf(entered, count);
    }

    private void leave(Lane[] entered, int count) {
        for (int i = 0; i < count; i++) {
            if (entered[i].leave()) {
                pump(entered[i]);
            }
        }
    }

    private static @Nullable TopicImage known(TopicProduceData topic, MetadataImage image, boolean byId) {
        return byId
                ? image.topics().getTopic(topic.topicId())
                : image.topics().getTopic(topic.name());
    }
}
