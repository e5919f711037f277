package io.weir.metadata;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;

/**
 * Told of every image, in order, the first time with the whole image as one delta.
 *
 * <p>Called by one thread at a time, the metadata loader's for listeners that precede the view; for those that follow
 * it perhaps the one that finished what the view had waited for. Must not block and must not throw. The next image may
 * come before the returned future is done.
 */
@FunctionalInterface
public interface ImageListener {
    /**
     * Begins to act on an image.
     *
     * @return done when what this listener does for the image is done. A listener that comes before the view makes
     *     the view wait for it, for a bounded time; how it ends (also failed) does not matter to the view
     */
    CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage image);
}
