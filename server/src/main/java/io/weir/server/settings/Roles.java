package io.weir.server.settings;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Accepts the combinations of roles that work: so far every role in one process. */
final class Roles implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, Object value) {
        if (!parse(name, (List<?>) value).equals(EnumSet.allOf(Role.class))) {
            throw new ConfigException(
                    name,
                    value,
                    "only roles=all works so far: proxy, broker, coordinator and controller in one process. Leave the"
                            + " setting out");
        }
    }

    /** The roles that the words stand for. */
    static Set<Role> parse(String name, List<?> words) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Object word : words) {
            String role = word.toString().toUpperCase(Locale.ROOT);
            if (role.equals("ALL")) {
                roles.addAll(EnumSet.allOf(Role.class));
            } else {
                roles.add(role(name, role));
            }
        }
        return roles;
    }

    private static Role role(String name, String word) {
        for (Role role : Role.values()) {
            if (role.name().equals(word)) {
                return role;
            }
        }
        throw new ConfigException(
                name, word.toLowerCase(Locale.ROOT), "the roles are proxy, broker, coordinator, controller, and all");
    }

    @Override
    public String toString() {
        return "[all]";
    }
}
