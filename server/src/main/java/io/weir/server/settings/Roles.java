package io.weir.server.settings;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Accepts any of the roles, and {@code all}. Which go together is {@link ClusterChecks}' matter. */
final class Roles implements ConfigDef.Validator {
    private static final String ALL = "all";

    @Override
    public void ensureValid(String name, Object value) {
        parse(name, (List<?>) value);
    }

    /** The roles that the words stand for. */
    static Set<Role> parse(String name, List<?> words) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Object word : words) {
            String role = word.toString().toLowerCase(Locale.ROOT);
            if (role.equals(ALL)) {
                roles.addAll(Role.all());
            } else {
                roles.add(role(name, role));
            }
        }
        if (roles.isEmpty()) {
            throw new ConfigException(name, words, "a process needs a role; leave the setting out to play them all");
        }
        return roles;
    }

    private static Role role(String name, String word) {
        for (Role role : Role.values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new ConfigException(
                name, word, "the roles are " + Role.words(Role.all()).replace(",", ", ") + ", and all");
    }

    @Override
    public String toString() {
        return "any of " + Role.words(Role.all()) + ", or all";
    }
}
