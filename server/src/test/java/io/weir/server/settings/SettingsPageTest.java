package io.weir.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
    @Test
    void thePageInTheRepositoryIsTheOneThatTheCodeMakes() throws IOException {
        assertThat(Path.of("..", "docs", "settings.md"))
                .as("docs/settings.md is stale: run `bin/weir settings --markdown > docs/settings.md` and commit it")
                .hasContent(SettingsPage.markdown());
        assertThat(Files.readString(Path.of("..", "docs", "settings.md"))).isEqualTo(SettingsPage.markdown());
    }

    @Test
    void everySettingHasAMeaningAndIsOnThePageOnce() {
        assertThat(SettingsPage.rows())
                .allSatisfy(row -> assertThat(row.get("meaning")).isNotBlank());
        assertThat(SettingsPage.rows().stream().map(row -> row.get("name")))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(SettingDefinitions.all().names());
        for (Map<String, String> row : SettingsPage.rows()) {
            assertThat(SettingsPage.markdown()).containsOnlyOnce("\n| `" + row.get("name") + "` |");
            assertThat(SettingsPage.text()).contains("\n  " + row.get("name") + " (");
        }
    }
}
