package io.weir.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HdfsClientSettingsTest {
    private static final String BEST_EFFORT = "dfs.client.block.write.replace-datanode-on-failure.best-effort";
    private static final String RETRIES = "ipc.client.connect.max.retries";

    @TempDir
    private Path directory;

    private HdfsStoreConfig config(Optional<Path> confDirectory, Optional<HdfsStoreConfig.Kerberos> kerberos) {
        HdfsStoreConfig base = HdfsStoreConfig.defaults(URI.create("hdfs://127.0.0.1:1/weir"));
        return new HdfsStoreConfig(
                base.root(),
                confDirectory,
                base.replication(),
                base.blockBytes(),
                base.hsync(),
                base.suspectAfter(),
                base.stallTimeout(),
                base.fenceTimeout(),
                kerberos);
    }

    @Test
    void weirsSettingsStandAboveHadoopsDefaults() {
        Configuration settings = HdfsClientSettings.of(config(Optional.empty(), Optional.empty()));

        HdfsClientSettings.DEFAULTS.forEach(
                (key, value) -> assertThat(settings.get(key)).as(key).isEqualTo(value));
    }

    @Test
    void siteFilesStandAboveWeirsSettings() throws IOException {
        site("core-site.xml", RETRIES, "17");
        site("hdfs-site.xml", BEST_EFFORT, "false");

        Configuration settings = HdfsClientSettings.of(config(Optional.of(directory), Optional.empty()));

        assertThat(settings.get(RETRIES)).isEqualTo("17");
        assertThat(settings.get(BEST_EFFORT)).isEqualTo("false");
        assertThat(settings.get("fs.automatic.close")).isEqualTo("false");
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> HdfsClientSettings.of(config(Optional.of(missing), Optional.empty())))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.INVALID))
                .hasMessageContaining(missing.toString())
                .hasMessageContaining("weir.hdfs.conf.dir");
    }

    @Test
    void aLoginThatHdfsDoesNotAskForIsAMistake() {
        HdfsStoreConfig config =
                config(Optional.empty(), Optional.of(new HdfsStoreConfig.Kerberos("weir@EXAMPLE", directory)));

        assertThatThrownBy(() -> new HdfsStore(config, Time.SYSTEM))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.INVALID))
                .hasMessageContaining("hadoop.security.authentication");
    }

    @Test
    void nobodyAtTheAddressIsASentence() {
        assertThatThrownBy(() -> new HdfsStore(config(Optional.empty(), Optional.empty()), Time.SYSTEM))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.UNAVAILABLE))
                .hasMessageContaining("hdfs://127.0.0.1:1/weir")
                .hasMessageContaining("Is the NameNode running");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///tmp", "hdfs://namenode:8020", "hdfs://namenode:8020/", "hdfs:///weir", "weir"})
    void aRootThatIsNoDirectoryInHdfsIsRefused(String root) {
        assertThatThrownBy(() -> HdfsStoreConfig.defaults(URI.create(root)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hdfs://namenode:port/path");
    }

    private void site(String file, String key, String value) throws IOException {
        Files.writeString(
                directory.resolve(file),
                "<configuration><property><name>" + key + "</name><value>" + value
                        + "</value></property></configuration>");
    }
}
