package io.weir.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
    @TempDir
    Path directory;

    @Test
    void withoutFileAndWordsEverythingIsAtItsDefault() {
        assertThat(SettingsLoader.load(Optional.empty(), List.of()).explicit()).isEmpty();
    }

    @Test
    void aWordWinsOverTheFileAndTheLastWordOverTheFirst() throws IOException {
        Path file = file("num.partitions=3\nbroker.rack = north \n# a comment\n");

        WeirSettings settings = SettingsLoader.load(Optional.of(file), List.of("num.partitions=4", "num.partitions=5"));

        assertThat(settings.topics().defaultPartitions()).isEqualTo(5);
        assertThat(settings.rack()).contains("north");
    }

    @Test
    void aValueMayContainAnEqualsSign() {
        assertThat(SettingsLoader.load(Optional.empty(), List.of("broker.rack=a=b"))
                        .rack())
                .contains("a=b");
    }

    @ParameterizedTest
    @CsvSource({
        "num.partition,num.partitions",
        "log.retention.mss,log.retention.ms",
        "weir.datadir,weir.data.dir",
        "auto.create.topic.enable,auto.create.topics.enable",
        "lisetners,listeners"
    })
    void anUnknownKeyNamesTheNearestKnownOne(String key, String nearest) {
        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), List.of(key + "=1")))
                .hasMessage("Unknown setting " + key + " (--set). Did you mean " + nearest + "?");
    }

    @Test
    void aKeyThatIsLikeNothingPointsToTheList() {
        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), List.of("colour=blue")))
                .hasMessage("Unknown setting colour (--set). `weir settings` lists all that there are.");
    }

    @Test
    void everyUnknownKeyIsNamedAtOnceWithItsOrigin() throws IOException {
        Path file = file("num.partition=3\nlog.dirs=/tmp/logs\n");

        assertThatThrownBy(() -> SettingsLoader.load(Optional.of(file), List.of("node.idd=4")))
                .hasMessageContaining("num.partition (" + file + ")")
                .hasMessageContaining("log.dirs (" + file + ") is Kafka's and not Weir's")
                .hasMessageContaining("weir.data.dir")
                .hasMessageContaining("node.idd (--set)");
    }

    @ParameterizedTest
    @CsvSource({
        "zookeeper.connect,there is no ZooKeeper",
        "process.roles,roles",
        "controller.quorum.bootstrap.servers,set controller.quorum.voters",
        "log.flush.interval.messages,weir.ack=buffer",
        "broker.id,node.id",
        "leader.imbalance.per.broker.percentage,auto.leader.rebalance.enable=false",
        "min.insync.replicas,the store keeps the copies",
        "replica.fetch.max.bytes,the store keeps the copies",
        "num.io.threads,num.network.threads",
        "queued.max.requests,queued.max.request.bytes",
        "sasl.enabled.mechanisms,authentication is not there yet",
        "transaction.state.log.num.partitions,transactions are not there yet",
        "log.cleaner.threads,the cleaner needs no setting"
    })
    void aKeyOfKafkasThatWeirLacksSaysWhatToDoInstead(String key, String advice) {
        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), List.of(key + "=1")))
                .hasMessageContaining(key)
                .hasMessageContaining(advice);
    }

    @Test
    void noAdviceIsGivenAgainstASettingThatExists() {
        assertThat(SettingDefinitions.all().names())
                .allSatisfy(name -> assertThat(ForeignKeys.advice(name)).isEmpty());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = directory.resolve("none.properties");
        assertThatThrownBy(() -> SettingsLoader.load(Optional.of(missing), List.of()))
                .hasMessage("--config " + missing + ": there is no such file");
    }

    @Test
    void aWordWithoutAnEqualsSignIsRefused() {
        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), List.of("node.id")))
                .hasMessage("--set node.id: write it as --set key=value");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("weir.properties"), content);
    }
}
