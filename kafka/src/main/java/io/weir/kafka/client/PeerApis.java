package io.weir.kafka.client;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/** What a peer serves, by its own words. Immutable. */
final class PeerApis {
    private final Map<ApiKeys, ApiVersion> served = new EnumMap<>(ApiKeys.class);

    PeerApis(ApiVersionsResponseData answer) {
        for (ApiVersion version : answer.apiKeys()) {
            if (ApiKeys.hasId(version.apiKey())) {
                served.put(ApiKeys.forId(version.apiKey()), version);
            }
        }
    }

    Set<ApiKeys> apis() {
        Set<ApiKeys> apis = EnumSet.noneOf(ApiKeys.class);
        apis.addAll(served.keySet());
        return apis;
    }

    /** Null when it is served, else why not. */
    @Nullable
    UnsupportedVersionException refusal(String peer, ApiKeys api, short version) {
        ApiVersion range = served.get(api);
        if (range == null) {
            return new UnsupportedVersionException(
                    "node " + peer + " does not serve " + api + ": see its `roles` and its version of Weir");
        }
        return version >= range.minVersion() && version <= range.maxVersion()
                ? null
                : new UnsupportedVersionException("node " + peer + " serves " + api + " versions " + range.minVersion()
                        + " to " + range.maxVersion() + ", not " + version);
    }
}
