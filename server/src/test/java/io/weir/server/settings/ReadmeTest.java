package io.weir.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What README.md tells operators to write for each role can be written. */
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("```\n(.*?)```", Pattern.DOTALL);

    @Test
    void theExamplesForMachinesOfTheirOwnFitTogether() throws IOException {
        List<Map<String, String>> blocks = blocks("### On machines of their own");
        assertThat(blocks).hasSize(4);
        Map<String, String> shared = blocks.getFirst();

        List<Set<Role>> roles = new ArrayList<>();
        for (Map<String, String> own : blocks.subList(1, 4)) {
            Map<String, String> all = new HashMap<>(shared);
            all.putAll(own);
            WeirSettings settings = SettingsLoader.of(all);
            assertThat(settings.cluster().secretFile()).isPresent();
            assertThat(settings.cluster().voters()).hasSize(3);
            roles.add(settings.roles());
        }

        assertThat(roles)
                .containsExactly(
                        EnumSet.of(Role.CONTROLLER), EnumSet.of(Role.BROKER, Role.COORDINATOR), EnumSet.of(Role.PROXY));
    }

    /** The settings in each block of the section. */
    private static List<Map<String, String>> blocks(String heading) throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int begin = readme.indexOf(heading);
        assertThat(begin).as(heading).isPositive();
        Matcher blocks = BLOCK.matcher(readme.substring(begin, readme.indexOf("\n## ", begin)));
        List<Map<String, String>> found = new ArrayList<>();
        while (blocks.find()) {
            Properties properties = new Properties();
            properties.load(new StringReader(blocks.group(1)));
            Map<String, String> settings = new HashMap<>();
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
            found.add(settings);
        }
        return found;
    }
}
