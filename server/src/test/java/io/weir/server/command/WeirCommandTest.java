package io.weir.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.json.Json;
import io.weir.server.settings.SettingDefinitions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every command: help, exit codes, messages. */
class WeirCommandTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "start",
                "topic",
                "topic create",
                "topic list",
                "topic describe",
                "topic alter",
                "topic delete",
                "produce",
                "consume",
                "group",
                "group list",
                "group describe",
                "group reset-offsets",
                "group delete",
                "status",
                "settings",
                "version"
            })
    void everyCommandExplainsItself(String command) {
        CommandRun run = run((command + " --help").strip().split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith(("Usage: weir " + command).strip());
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theLauncherKnowsTheSameCommands() throws IOException {
        String launcher = Files.readString(Path.of("..", "bin", "weir"));
        for (String command :
                List.of("start", "topic", "produce", "consume", "group", "status", "settings", "version")) {
            assertThat(launcher).containsPattern("Commands: .*\\b" + command + "\\b");
            assertThat(run("--help").out()).contains("  " + command + " ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fly | Unmatched argument",
                "topc list | Did you mean: weir topic",
                "topic create | Missing required parameter: 'TOPIC'",
                "topic list --timeout soon | is no length of time",
                "topic alter a | Nothing to change",
                "topic create a --partitions many | many",
                "consume a --from somewhere | is no position",
                "consume a --show colour | the columns are",
                "consume a --group g --from 5 | reset-offsets",
                "consume a --partition x | is no number of a partition",
                "produce a -m x --records 5 | Only one of",
                "group reset-offsets g --to-earliest | either --topic or --all-topics",
                "group reset-offsets g --all-topics | Missing required argument",
                "start --set node.idd=4 | Did you mean node.id?",
                "start --set node.id=four | node.id"
            })
    void aWrongCallIsExplainedAndEndsWithTwo(String command, String expected) {
        CommandRun run = run(command.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(expected).contains("--help`").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void withoutACommandTheHelpIsPrintedAndTheExitCodeIsTwo() {
        CommandRun run = run();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Commands:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic list",
                "topic create a",
                "topic describe",
                "produce a -m x",
                "consume a",
                "group list",
                "group describe g",
                "group reset-offsets g --all-topics --to-latest",
                "group delete g",
                "status"
            })
    void aRefusedConnectionIsToldSoonWithWhatToCheck(String command) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        CommandRun run =
                CommandRun.of(new KafkaClients(), "", (command + " --bootstrap-server 127.0.0.1:" + port).split(" "));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("127.0.0.1:" + port + ": connection refused")
                .contains("bin/weir start")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nohost.invalid:9092", "127.0.0.1", "127.0.0.1:port"})
    void anAddressThatCannotBeIsExplained(String server) {
        CommandRun run = CommandRun.of(new KafkaClients(), "", "topic", "list", "-b", server);

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains(server).doesNotContain("\tat ");
    }

    @Test
    void settingsAndVersionAreThereForProgramsToo() throws IOException {
        assertThat(Json.read(run("settings", "--json").out()))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(SettingDefinitions.all().names().size());
        assertThat(run("version").out()).startsWith("Weir ").contains("Kafka libraries 4.");
        assertThat(Json.read(run("version", "--json").out()))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsKeys("weir", "kafkaLibraries", "java");
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(new FakeClients(), "", arguments);
    }
}
