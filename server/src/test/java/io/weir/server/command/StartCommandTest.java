package io.weir.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.server.RunningNode;
import io.weir.server.settings.WeirSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;

class StartCommandTest {
    private final List<WeirSettings> started = new ArrayList<>();

    @Test
    void aNodeThatIsReadyPrintsWhereItListensAndLinesToPaste() {
        CommandRun run = start(new StoppedNode(), "--set", "node.id=4", "--set", "weir.store=memory");

        assertThat(run.exitCode()).isZero();
        assertThat(started.getFirst().nodeId()).isEqualTo(4);
        assertThat(run.out())
                .contains("Kafka    0.0.0.0:19092\n")
                .contains("HTTP     http://127.0.0.1:18090/ ")
                .contains("Data     in memory only\n")
                .contains("\n  echo hello | kcat -b 127.0.0.1:19092 -t first -P\n")
                .contains("\n  kcat -b 127.0.0.1:19092 -t first -C -o beginning -e\n")
                .contains("\n  kafka-console-producer.sh --bootstrap-server 127.0.0.1:19092 --topic first\n")
                .contains("\n  bin/weir produce first --message hello -b 127.0.0.1:19092\n");
    }

    @Test
    void aNodeThatIsNoProxySaysWhatItIsAndHasNothingToPaste() {
        StoppedNode node = new StoppedNode();
        node.listeners = List.of();
        node.nodeListeners = List.of(new Endpoint("INTERNAL", SecurityProtocol.PLAINTEXT, "127.0.0.1", 19_094));

        CommandRun run = CommandRun.of(
                new FakeClients(),
                "",
                settings -> node,
                "start",
                "--set",
                "roles=broker,coordinator",
                "--set",
                "node.id=4",
                "--set",
                "cluster.id=test",
                "--set",
                "controller.quorum.voters=1@127.0.0.1:1",
                "--set",
                "weir.internal.listener=127.0.0.1:0",
                "--set",
                "weir.http.listener=127.0.0.1:0",
                "--set",
                "weir.store=hdfs://127.0.0.1:8020/weir");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("as node 4 with the roles broker,coordinator")
                .contains("Nodes    127.0.0.1:19094\n")
                .contains("Data     hdfs://127.0.0.1:8020/weir, metadata in ")
                .doesNotContain("Kafka")
                .doesNotContain("kcat");
    }

    @Test
    void aNodeCanBeTriedAndStoppedAtOnce() {
        StoppedNode node = new StoppedNode();

        assertThat(start(node, "--stop-when-ready").exitCode()).isZero();
        assertThat(node.closed).isTrue();
    }

    @Test
    void aLogForProgramsIsNotInterrupted() {
        assertThat(start(new StoppedNode(), "--set", "weir.log.format=json").out())
                .isEmpty();
    }

    @Test
    void aTakenPortNamesTheSettingBeforeAnythingIsStarted() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            CommandRun kafka = start(new StoppedNode(), "--set", "listeners=PLAINTEXT://" + address);
            assertThat(kafka.exitCode()).isEqualTo(1);
            assertThat(kafka.err()).contains("Cannot listen on " + address).contains("--set listeners=PLAINTEXT://");

            CommandRun http = start(new StoppedNode(), "--set", "weir.http.listener=" + address);
            assertThat(http.exitCode()).isEqualTo(1);
            assertThat(http.err()).contains("Cannot listen on " + address).contains("--set weir.http.listener=127");
        }
        assertThat(started).isEmpty();
    }

    @Test
    void aHostThatDoesNotExistNamesTheSetting() {
        assertThat(start(new StoppedNode(), "--set", "weir.http.listener=nohost.invalid:1")
                        .err())
                .contains("weir.http.listener")
                .contains("nohost.invalid");
    }

    @Test
    void aNodeThatCannotStartOrGoOnIsAFailureWithoutAStackTrace() {
        CommandRun refused = CommandRun.of(
                new FakeClients(),
                "",
                settings -> {
                    throw new WeirException(FaultKind.INVALID, "the directory is in use");
                },
                words());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).isEqualTo("the directory is in use\n");

        StoppedNode failing = new StoppedNode();
        failing.stopped.completeExceptionally(new WeirException(FaultKind.UNAVAILABLE, "the disk is full"));
        CommandRun failed = CommandRun.of(new FakeClients(), "", settings -> failing, words());
        assertThat(failed.exitCode()).isEqualTo(3);
        assertThat(failed.err()).contains("the disk is full").doesNotContain("\tat ");
        assertThat(failing.closed).isTrue();
    }

    @Test
    void plainWordsAreReadWithoutTheLibraryAndTheRestIsLeftToIt() {
        assertThat(StartWords.parse(
                        "start",
                        "-c",
                        "w.properties",
                        "--set",
                        "a=1",
                        "-s",
                        "b=x=y",
                        "--set",
                        "a=2",
                        "--stop-when-ready"))
                .contains(new StartWords(Optional.of(Path.of("w.properties")), List.of("a=1", "b=x=y", "a=2"), true));
        assertThat(StartWords.parse("start")).contains(new StartWords(Optional.empty(), List.of(), false));
        for (String words : List.of(
                "",
                "topic",
                "start --help",
                "start -h",
                "start --config",
                "start --config --set a=1",
                "start --set",
                "start --set a",
                "start --set=a=1",
                "start -sa=1",
                "start --config a --config b",
                "start nonsense",
                "start --nonsense a=1")) {
            assertThat(StartWords.parse(words.split(" "))).as(words).isEmpty();
        }
    }

    @Test
    void bothWaysOfReadingComeToTheSame() {
        assertThat(start(new StoppedNode(), "--set", "node.id=4", "--set", "num.partitions=3")
                        .exitCode())
                .isZero();
        assertThat(start(new StoppedNode(), "--set=node.id=4", "--set=num.partitions=3")
                        .exitCode())
                .isZero();
        assertThat(started).hasSize(2);
        assertThat(started.getFirst().explicit()).isEqualTo(started.getLast().explicit());

        CommandRun plain = start(new StoppedNode(), "--set", "nod.id=4");
        assertThat(plain).isEqualTo(start(new StoppedNode(), "--set=nod.id=4"));
        assertThat(plain.exitCode()).isEqualTo(2);
        assertThat(plain.err()).contains("Did you mean node.id?").contains("Try `weir start --help`.");
    }

    private CommandRun start(RunningNode node, String... more) {
        return CommandRun.of(
                new FakeClients(),
                "",
                settings -> {
                    started.add(settings);
                    return node;
                },
                words(more));
    }

    /** On free ports, unless {@code more} says otherwise. */
    private static String[] words(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "start", "--set", "listeners=PLAINTEXT://127.0.0.1:0", "--set", "weir.http.listener=127.0.0.1:0"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** A node that has stopped by itself, well or not. */
    private static final class StoppedNode implements RunningNode {
        private final CompletableFuture<Void> stopped = new CompletableFuture<>();
        private List<Endpoint> listeners =
                List.of(new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, "0.0.0.0", 19_092));
        private List<Endpoint> nodeListeners = List.of();
        private boolean closed;

        @Override
        public List<Endpoint> listeners() {
            return listeners;
        }

        @Override
        public List<Endpoint> nodeListeners() {
            return nodeListeners;
        }

        @Override
        public InetSocketAddress httpAddress() {
            return InetSocketAddress.createUnresolved("127.0.0.1", 18_090);
        }

        @Override
        public CompletionStage<Void> stopped() {
            stopped.complete(null);
            return stopped;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
