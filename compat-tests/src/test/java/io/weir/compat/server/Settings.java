package io.weir.compat.server;

import java.util.HashMap;
import java.util.Map;

/** Sets of settings for servers under test. */
public final class Settings {
    private Settings() {}

    /**
     * Returns settings with which a little data goes the whole way: commit log files are rolled, tails written to packs
     * and segments, and old files deleted, all within seconds.
     */
    public static Map<String, String> everythingSmall() {
        Map<String, String> settings = new HashMap<>(Map.of("group.initial.rebalance.delay.ms", "0"));
        if (ServerCommand.isWeir()) {
            settings.put("weir.commit.log.file.bytes", "1048576");
            settings.put("weir.commit.log.max.bytes", "8388608");
            settings.put("weir.segment.flush.bytes", "65536");
            settings.put("weir.segment.flush.ms", "500");
        }
        return settings;
    }
}
