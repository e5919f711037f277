package io.weir.server.local;

import java.util.Map;

/**
 * One node of a cluster on this machine, before it runs.
 *
 * @param name says what it is, and names its directory
 * @param settings all of them
 */
public record LocalNode(String name, Map<String, String> settings) {
    /** Copies the settings. */
    public LocalNode {
        settings = Map.copyOf(settings);
    }

    /** {@code host:port} of its HTTP listener. */
    public String http() {
        return settings.getOrDefault("weir.http.listener", "");
    }

    /** {@code host:port} where clients connect; empty when it is no proxy. */
    public String clients() {
        return settings.getOrDefault("listeners", "").replaceFirst("^[^/]*//", "");
    }
}
