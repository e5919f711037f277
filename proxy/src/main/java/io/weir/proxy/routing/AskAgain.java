package io.weir.proxy.routing;

import io.weir.metadata.ClusterView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;

/**
 * When a question to an owner is put again: when the owner is another one by now, is away or not yet ready, for a
 * bounded time, with the next image of the cluster or after a pause. Any thread.
 *
 * @param <I> what is asked about
 */
public final class AskAgain<I> {
    private final ClusterView view;
    private final RetryConfig config;
    private final Time time;
    private final BiPredicate<MetadataImage, I> mayMove;

    /** @param mayMove whether another node may own it, or does: see {@link Owners#mayMove} */
    public AskAgain(ClusterView view, RetryConfig config, Time time, BiPredicate<MetadataImage, I> mayMove) {
        this.view = view;
        this.config = config;
        this.time = time;
        this.mayMove = mayMove;
    }

    /** Nothing is asked again from then on. */
    long deadlineMs() {
        return time.milliseconds() + config.otherBound().toMillis();
    }

    /** Whether it is asked again. */
    boolean isOpen(I item, Errors error, long deadlineMs) {
        return switch (error) {
            case NOT_LEADER_OR_FOLLOWER, LEADER_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID ->
                time.milliseconds() < deadlineMs && mayMove.test(view.image(), item);
            default -> false;
        };
    }

    /** Done when it is time; never fails. */
    @SuppressWarnings("ReferenceEquality") // each image is another object
    CompletableFuture<?> pause(MetadataImage seen, int failures) {
        return view.when(image -> image != seen, Duration.ofMillis(config.pauseMs(failures)))
                .handle((image, late) -> null);
    }
}
