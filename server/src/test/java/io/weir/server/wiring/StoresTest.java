package io.weir.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.settings.WeirSettings;
import io.weir.storage.Store;
import io.weir.storage.hdfs.HdfsStoreConfig;
import io.weir.storage.local.LocalStore;
import io.weir.storage.memory.MemoryStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoresTest {
    private static final String ROOT = "hdfs://namenode:8020/weir";

    @TempDir
    private Path directory;

    @Test
    void theSettingChoosesTheBackEnd() {
        try (Store memory = Stores.open(WeirSettings.of(Map.of("weir.store", "memory")), Time.SYSTEM);
                Store local = Stores.open(
                        WeirSettings.of(Map.of(
                                "weir.data.dir", directory.resolve("data").toString())),
                        Time.SYSTEM)) {
            assertThat(memory).isInstanceOf(MemoryStore.class);
            assertThat(local).isInstanceOf(LocalStore.class);
        }
    }

    @Test
    void theDefaultsOfHdfsAreTheStores() {
        assertThat(Stores.hdfs(WeirSettings.of(Map.of("weir.store", ROOT)), Optional.empty()))
                .isEqualTo(HdfsStoreConfig.defaults(URI.create(ROOT)));
    }

    @Test
    void theSettingForSiteFilesWinsOverTheEnvironment() {
        WeirSettings without = WeirSettings.of(Map.of("weir.store", ROOT));
        WeirSettings with = WeirSettings.of(Map.of("weir.store", ROOT, "weir.hdfs.conf.dir", "/told"));

        assertThat(Stores.hdfs(without, Optional.of("/environment")).confDirectory())
                .contains(Path.of("/environment"));
        assertThat(Stores.hdfs(with, Optional.of("/environment")).confDirectory())
                .contains(Path.of("/told"));
    }

    @Test
    void theLoginNeedsBothHalves() {
        WeirSettings settings = WeirSettings.of(Map.of(
                "weir.store", ROOT, "weir.hdfs.kerberos.principal", "weir@X", "weir.hdfs.kerberos.keytab", "/keys"));

        assertThat(Stores.hdfs(settings, Optional.empty()).kerberos())
                .contains(new HdfsStoreConfig.Kerberos("weir@X", Path.of("/keys")));
    }

    @Test
    void whatIsNotOnThisMachineSurvivesItsBoot() {
        WeirSettings hdfs = WeirSettings.of(Map.of("weir.store", ROOT));

        assertThat(Stores.bootId(hdfs)).isEqualTo(Uuid.ZERO_UUID);
        assertThat(Stores.volume(hdfs).name()).isEqualTo(ROOT);
        assertThat(Stores.volume(WeirSettings.defaults()).name()).endsWith("data");
    }
}
