package io.weir.proxy.fetch;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The future of something made of another future's value. Unlike a derived future, it passes cancelling on to the
 * other one, and releases what comes when nobody takes it any more. Any thread.
 */
final class Relay<A, B> extends CompletableFuture<B> implements BiConsumer<A, @Nullable Throwable> {
    private final CompletableFuture<? extends A> source;
    private final BiFunction<@Nullable A, @Nullable Throwable, B> step;
    private final Consumer<B> release;

    private Relay(
            CompletableFuture<? extends A> source,
            BiFunction<@Nullable A, @Nullable Throwable, B> step,
            Consumer<B> release) {
        this.source = source;
        this.step = step;
        this.release = release;
    }

    /**
     * Begins.
     *
     * @param step makes the value of the other's value or failure; takes over what the value holds
     * @param release gives back what is held by a value that nobody takes
     */
    static <A, B> CompletableFuture<B> of(
            CompletableFuture<? extends A> source,
            BiFunction<@Nullable A, @Nullable Throwable, B> step,
            Consumer<B> release) {
        Relay<A, B> relay = new Relay<>(source, step, release);
        CompletableFuture<?> _ = source.whenComplete(relay);
        return relay;
    }

    @Override
    public void accept(@Nullable A value, @Nullable Throwable failure) {
        try {
            B made = step.apply(value, failure);
            if (!complete(made)) {
                release.accept(made);
            }
        } catch (RuntimeException e) {
            completeExceptionally(e);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            source.cancel(mayInterruptIfRunning);
        }
        return cancelled;
    }
}
