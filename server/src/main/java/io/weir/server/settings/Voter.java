package io.weir.server.settings;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * One controller of the quorum.
 *
 * @param id its {@code node.id}
 * @param address where it listens for nodes and the other controllers; not resolved
 */
public record Voter(int id, InetSocketAddress address) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,10})@(.+)");

    /** Reads {@code id@host:port} words. */
    static List<Voter> parse(String setting, List<?> words) {
        List<Voter> voters = new ArrayList<>();
        Set<Integer> ids = new HashSet<>();
        Set<InetSocketAddress> addresses = new HashSet<>();
        for (Object word : words) {
            Voter voter = parse(setting, word.toString());
            if (!ids.add(voter.id)) {
                throw new ConfigException(setting, words, "two controllers have the id " + voter.id);
            }
            if (!addresses.add(voter.address)) {
                throw new ConfigException(setting, words, "two controllers have the address " + voter.place());
            }
            voters.add(voter);
        }
        return voters;
    }

    private static Voter parse(String setting, String word) {
        Matcher matcher = FORM.matcher(word);
        long id = matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
        if (id > Integer.MAX_VALUE) {
            throw new ConfigException(
                    setting,
                    word,
                    "write each controller as id@host:port, for example 1@10.0.0.1:9093,2@10.0.0.2:9093");
        }
        Voter voter = new Voter((int) id, HostAndPort.parse(setting, matcher.group(2)));
        if (voter.address.getPort() == 0) {
            throw new ConfigException(setting, word, "nobody can connect to port 0: name the port of that controller");
        }
        return voter;
    }

    /** {@code host:port}. */
    String place() {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Checks the form when the setting is read. */
    static final class Form implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            parse(name, (List<?>) value);
        }

        @Override
        public String toString() {
            return "id@host:port,...";
        }
    }
}
