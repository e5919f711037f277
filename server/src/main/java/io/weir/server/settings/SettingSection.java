package io.weir.server.settings;

import org.apache.kafka.common.config.ConfigDef;

/**
 * A group of settings that belong together on the settings page.
 *
 * @param title heading
 * @param introduction what the group is about, one or two sentences of Markdown
 * @param keys the settings, in the order of the page
 */
public record SettingSection(String title, String introduction, ConfigDef keys) {}
