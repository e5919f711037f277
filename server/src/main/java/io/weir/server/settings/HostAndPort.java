package io.weir.server.settings;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Checks and reads {@code host:port}, with an IPv6 address in brackets. */
final class HostAndPort implements ConfigDef.Validator {
    private static final Pattern FORM = Pattern.compile("\\[?([0-9a-zA-Z.:_%-]+?)\\]?:(\\d{1,5})");

    /** Not resolved yet. */
    static InetSocketAddress parse(String name, String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
            throw new ConfigException(name, value, "write it as host:port, for example 127.0.0.1:8090");
        }
        return InetSocketAddress.createUnresolved(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        if (value != null) {
            parse(name, (String) value);
        }
    }

    @Override
    public String toString() {
        return "host:port";
    }
}
