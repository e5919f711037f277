package io.weir.proxy.produce;

import io.weir.kafka.Call;
import io.weir.proxy.routing.Faults;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataImage;
import org.jspecify.annotations.Nullable;

/**
 * A request that went to its one owner as it came. It is its own callback and the client's future, so that it costs one
 * object. Only when a partition has an error does anybody look closer.
 */
final class DirectProduce extends CompletableFuture<@Nullable ApiMessage>
        implements BiConsumer<@Nullable ApiMessage, @Nullable Throwable> {
    private final ProduceHandler handler;
    private final Call call;
    private final Lane[] lanes;
    private final MetadataImage image;
    private final long order;

    /**
     * @param lanes that it has entered, in the order of its partitions
     * @param image by which it was sent
     */
    DirectProduce(ProduceHandler handler, Call call, Lane[] lanes, MetadataImage image, long order) {
        this.handler = handler;
        this.call = call;
        this.lanes = lanes;
        this.image = image;
        this.order = order;
    }

    @Override
    public void accept(@Nullable ApiMessage answer, @Nullable Throwable failure) {
        if (failure == null && (answer == null || (answer instanceof ProduceResponseData data && isGood(data)))) {
            leave();
            complete(answer);
        } else if (failure != null && Faults.errorOf(failure, Errors.NONE) == Errors.UNKNOWN_SERVER_ERROR) {
            // A bug: whoever answers says so, where a merged answer would hide it.
            leave();
            completeExceptionally(failure);
        } else {
            handler.lookCloser(this, answer, failure);
        }
    }

    private void leave() {
        for (Lane lane : lanes) {
            if (lane.leave()) {
                handler.pump(lane);
            }
        }
    }

    private static boolean isGood(ProduceResponseData data) {
        for (TopicProduceResponse topic : data.responses()) {
            for (PartitionProduceResponse partition : topic.partitionResponses()) {
                if (partition.errorCode() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    Call request() {
        return call;
    }

    Lane lane(int index) {
        return lanes[index];
    }

    MetadataImage image() {
        return image;
    }

    long order() {
        return order;
    }
}
