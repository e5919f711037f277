package io.weir.proxy.peer;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether clients should be sent to this proxy: it is asked with every heartbeat, and a node that has a reason against
 * it asks the controller to be fenced until it has none. Any thread; nothing blocks.
 */
public final class ProxyHealth implements Supplier<Optional<String>> {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHealth.class);

    private final List<Supplier<Optional<String>>> reasons;
    private final AtomicReference<Optional<String>> last = new AtomicReference<>(Optional.empty());

    /** Registers {@code weir_proxy_healthy}. */
    public ProxyHealth(List<Supplier<Optional<String>>> reasons, PrometheusRegistry registry) {
        this.reasons = List.copyOf(reasons);
        GaugeWithCallback.builder()
                .name("weir_proxy_healthy")
                .help("1 while clients may be sent to this proxy, 0 while it cannot do its work")
                .callback(gauge -> gauge.call(last.get().isEmpty() ? 1 : 0))
                .register(registry);
    }

    /** The first reason why not; empty while all is well. */
    @Override
    public Optional<String> get() {
        Optional<String> now = Optional.empty();
        for (Supplier<Optional<String>> reason : reasons) {
            // All are asked: asking is what finds out that trouble has ended.
            Optional<String> one = reason.get();
            now = now.isPresent() ? now : one;
        }
        Optional<String> before = last.getAndSet(now);
        if (now.isPresent() && before.isEmpty()) {
            LOG.warn("event=proxy_unhealthy reason=\"{}\"", now.get());
        } else if (now.isEmpty() && before.isPresent()) {
            LOG.info("event=proxy_healthy");
        }
        return now;
    }
}
