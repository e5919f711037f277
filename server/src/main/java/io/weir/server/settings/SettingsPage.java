package io.weir.server.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The page that lists every setting: {@code docs/settings.md}, {@code weir settings}. Pure; any thread. */
public final class SettingsPage {
    private SettingsPage() {}

    /** The page as Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder(16_384);
        page.append("""
                # Settings

                Generated from the code: `bin/weir settings --markdown > docs/settings.md` writes this page anew.

                `bin/weir start --config FILE` reads a properties file; `--set key=value`, as often as wanted, wins over it.
                Both may be left out. A key that is not on this page stops the start with the name of the nearest one that is.
                Sizes are bytes, times are in the unit that ends the name.
                """);
        for (SettingSection section : SettingDefinitions.sections()) {
            page.append("\n## ").append(section.title()).append("\n\n");
            page.append(section.introduction()).append("\n\n");
            page.append("| setting | type | default | meaning |\n|---|---|---|---|\n");
            for (ConfigKey key : keys(section)) {
                page.append("| `")
                        .append(key.name)
                        .append("` | ")
                        .append(type(key))
                        .append(" | ");
                page.append(code(defaultOf(key)))
                        .append(" | ")
                        .append(cell(meaning(key)))
                        .append(" |\n");
            }
        }
        return page.toString();
    }

    /** Every setting for a terminal: name, type and default on one line, its meaning below. */
    public static String text() {
        StringBuilder page = new StringBuilder(16_384);
        for (SettingSection section : SettingDefinitions.sections()) {
            page.append(section.title()).append('\n');
            for (ConfigKey key : keys(section)) {
                String value = defaultOf(key);
                page.append("  ").append(key.name);
                page.append(" (")
                        .append(type(key))
                        .append(value.isEmpty() ? ", no default)" : ", default " + value + ")");
                page.append('\n');
                page.append(meaning(key).replace("`", "").indent(6));
            }
            page.append('\n');
        }
        return page.toString();
    }

    /** Every setting as rows of name, section, type, default ("" for none), valid values and meaning. */
    public static List<Map<String, String>> rows() {
        return SettingDefinitions.sections().stream()
                .flatMap(section -> keys(section).stream().map(key -> row(section, key)))
                .toList();
    }

    private static Map<String, String> row(SettingSection section, ConfigKey key) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("name", key.name);
        row.put("section", section.title());
        row.put("type", type(key));
        row.put("default", defaultOf(key));
        row.put("valid", key.validator == null ? "" : key.validator.toString());
        row.put("meaning", meaning(key));
        return row;
    }

    private static List<ConfigKey> keys(SettingSection section) {
        return List.copyOf(section.keys().configKeys().values());
    }

    private static String type(ConfigKey key) {
        return key.type.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String defaultOf(ConfigKey key) {
        if (key.defaultValue == null) {
            return "";
        }
        String value = ConfigDef.convertToString(key.defaultValue, key.type);
        return value == null ? "" : value;
    }

    /** Kafka writes its documentation in HTML. */
    private static String meaning(ConfigKey key) {
        return key.documentation
                .replaceAll("</?code>", "`")
                .replaceAll("<li>", " ")
                .replaceAll("<[^>]+>", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String code(String value) {
        return value.isEmpty() ? "" : "`" + value + "`";
    }

    private static String cell(String value) {
        return value.replace("|", "\\|");
    }
}
