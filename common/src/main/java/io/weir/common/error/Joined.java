package io.weir.common.error;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for what others do. No state; any thread that may block. */
public final class Joined {
    private Joined() {}

    /**
     * The result.
     *
     * @throws RuntimeException what the future failed with, without the wrapping that futures add
     */
    public static <T> T of(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
