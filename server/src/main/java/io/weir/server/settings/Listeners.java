package io.weir.server.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** Reads {@code NAME://host:port} lists. Pure; any thread. */
final class Listeners {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_]+)://\\[?([0-9a-zA-Z.:_%-]*?)\\]?:(\\d{1,5})");

    private Listeners() {}

    static List<Endpoint> parse(String setting, List<String> entries) {
        List<Endpoint> endpoints = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String entry : entries) {
            Endpoint endpoint = parse(setting, entry);
            if (!names.add(endpoint.listener())) {
                throw new ConfigException(setting, entries, "two listeners are named " + endpoint.listener());
            }
            endpoints.add(endpoint);
        }
        return List.copyOf(endpoints);
    }

    private static Endpoint parse(String setting, String entry) {
        Matcher matcher = FORM.matcher(entry);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
            throw new ConfigException(
                    setting, entry, "write it as PLAINTEXT://host:port, for example PLAINTEXT://127.0.0.1:9092");
        }
        String name = matcher.group(1).toUpperCase(Locale.ROOT);
        if (!name.equals(SecurityProtocol.PLAINTEXT.name)) {
            throw new ConfigException(
                    setting, entry, "only PLAINTEXT listeners work so far; TLS and authentication are not there yet");
        }
        // Kafka's convention is that an empty host means every address; here that has to be said.
        if (matcher.group(2).isEmpty()) {
            throw new ConfigException(
                    setting,
                    entry,
                    "it has no host: write 127.0.0.1 for this machine alone, 0.0.0.0 for every IPv4 address, :: for"
                            + " every address");
        }
        return new Endpoint(name, SecurityProtocol.PLAINTEXT, matcher.group(2), Integer.parseInt(matcher.group(3)));
    }
}
