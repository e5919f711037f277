package io.weir.proxy.routing;

import io.weir.metadata.ClusterView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;

/**
 * When it is time to look again: with the next image of the cluster, and after a pause in any case. Any number may ask;
 * they are told together. Any thread.
 */
public final class Wakeups {
    private static final Duration IMAGE_WAIT = Duration.ofSeconds(30);

    private final ClusterView view;
    private final Timer timer;
    private final Runnable wake;
    private final AtomicBoolean awaitsImage = new AtomicBoolean();
    private final AtomicBoolean awaitsPause = new AtomicBoolean();

    /** @param wake looks again, on the thread that publishes an image or on the timer's; must not block */
    public Wakeups(ClusterView view, Timer timer, Runnable wake) {
        this.view = view;
        this.timer = timer;
        this.wake = wake;
    }

    /**
     * Somebody has looked and found that it is too early.
     *
     * @param seen by which image
     */
    @SuppressWarnings("ReferenceEquality") // each image is another object
    public void after(MetadataImage seen, long pauseMs) {
        if (awaitsImage.compareAndSet(false, true)) {
            CompletableFuture<?> _ = view.when(image -> image != seen, IMAGE_WAIT)
                    .whenComplete((image, late) -> {
                        awaitsImage.set(false);
                        wake.run();
                    });
        } else if (view.image() != seen) {
            // The watch that is set may have been for an image before.
            wake.run();
            return;
        }
        if (awaitsPause.compareAndSet(false, true)) {
            timer.add(new TimerTask(pauseMs) {
                @Override
                public void run() {
                    awaitsPause.set(false);
                    wake.run();
                }
            });
        }
    }
}
