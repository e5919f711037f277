package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import io.weir.proxy.routing.RetryConfig;
import io.weir.proxy.tail.TailConfig;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Settings of a proxy in front of other nodes. Pure; any thread. */
final class ProxyDefinitions {
    private ProxyDefinitions() {}

    /** The defaults are the proxy's own. */
    static ConfigDef keys() {
        RetryConfig retry = RetryConfig.defaults();
        return new ConfigDef()
                .define(
                        WeirKeys.PROXY_PRODUCE_RETRY_MS,
                        LONG,
                        retry.produceBound().toMillis(),
                        atLeast(0),
                        MEDIUM,
                        "How long, in milliseconds, records wait in a proxy for the owner of their partition while it"
                                + " moves, unless the client waits less. Keep it shorter than the clients'"
                                + " `request.timeout.ms`: then they hear of an error before they send again. 0 gives"
                                + " every error to the client.")
                .define(
                        WeirKeys.PROXY_REQUEST_RETRY_MS,
                        LONG,
                        retry.otherBound().toMillis(),
                        atLeast(0),
                        MEDIUM,
                        "The same for other requests to owners, such as those for offsets.")
                .define(
                        WeirKeys.PROXY_TAIL_CACHE_BYTES,
                        LONG,
                        TailConfig.defaults().cacheBytes(),
                        atLeast(0),
                        MEDIUM,
                        "Memory outside the heap for recent records of partitions that other nodes own: however many"
                                + " consumers a proxy has, it fetches them once. 0 turns that off, and each fetch goes"
                                + " to the owner.");
    }

    static ProxySettings settings(AbstractConfig values) {
        return new ProxySettings(
                Duration.ofMillis(values.getLong(WeirKeys.PROXY_PRODUCE_RETRY_MS)),
                Duration.ofMillis(values.getLong(WeirKeys.PROXY_REQUEST_RETRY_MS)),
                values.getLong(WeirKeys.PROXY_TAIL_CACHE_BYTES));
    }
}
