package io.weir.server.command;

import io.weir.common.error.WeirException;
import io.weir.server.settings.SettingsLoader;
import io.weir.server.settings.WeirSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The settings that a command was told, whoever read its words. */
final class CommandSettings {
    private CommandSettings() {}

    /**
     * Reads and checks them.
     *
     * @param assignments {@code key=value}; they win over the file
     * @throws UsageException when one of them cannot be
     */
    static WeirSettings load(Optional<Path> config, List<String> assignments) {
        try {
            return SettingsLoader.load(config, assignments);
        } catch (WeirException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
