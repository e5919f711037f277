package io.weir.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which roles, controllers and listeners go together. */
class ClusterSettingsTest {
    private static final Map<String, String> BROKER = Map.of(
            "roles", "broker",
            "node.id", "4",
            "cluster.id", "test",
            "controller.quorum.voters", "1@127.0.0.1:9093,2@127.0.0.1:9095,3@127.0.0.1:9097",
            "weir.internal.listener", "127.0.0.1:9094",
            "weir.store", "hdfs://127.0.0.1:8020/weir");

    @Test
    void aProcessWithoutControllersElsewhereIsAloneAndPlaysEveryRole() {
        WeirSettings settings = WeirSettings.defaults();

        assertThat(settings.roles()).isEqualTo(Role.all());
        assertThat(settings.cluster().alone()).isTrue();
        assertThat(settings.cluster().internal()).isEmpty();
        assertThat(settings.cluster().controller()).isEmpty();
        assertThat(settings.sharedStore()).isFalse();
    }

    @Test
    void everyClusterSettingReachesItsValue() {
        WeirSettings settings = WeirSettings.of(with(Map.of(
                "roles", "proxy, broker, coordinator,controller",
                "node.id", "2",
                "weir.internal.listener", "0.0.0.0:9094",
                "weir.internal.advertised", "queue-2:19094",
                "weir.controller.listener", "0.0.0.0:9096",
                "weir.internal.secret.file", "/etc/weir/secret")));

        assertThat(settings.roles()).isEqualTo(Role.all());
        assertThat(settings.cluster())
                .isEqualTo(new ClusterSettings(
                        Optional.of("test"),
                        List.of(
                                new Voter(1, address("127.0.0.1", 9093)),
                                new Voter(2, address("127.0.0.1", 9095)),
                                new Voter(3, address("127.0.0.1", 9097))),
                        Optional.of(address("0.0.0.0", 9094)),
                        Optional.of(address("queue-2", 19094)),
                        Optional.of(address("0.0.0.0", 9096)),
                        Optional.of(Path.of("/etc/weir/secret"))));
        assertThat(settings.store()).isEqualTo("hdfs://127.0.0.1:8020/weir");
        assertThat(settings.sharedStore()).isTrue();
    }

    @Test
    void aControllerListensWhereTheVotersSayItDoes() {
        Map<String, String> controller = new HashMap<>(BROKER);
        controller.keySet().removeAll(Set.of("weir.internal.listener", "weir.store"));
        controller.putAll(Map.of("roles", "controller", "node.id", "3"));

        WeirSettings settings = WeirSettings.of(controller);

        assertThat(settings.cluster().controller()).contains(address("127.0.0.1", 9097));
        assertThat(settings.cluster().internal()).isEmpty();
    }

    @Test
    void aSecretLetsNodesListenOnTheNetwork() {
        Map<String, String> open = with(Map.of("weir.internal.listener", "10.0.0.4:9094"));
        assertThatThrownBy(() -> WeirSettings.of(open)).hasMessageContaining("weir.internal.secret.file");

        open.put("weir.internal.secret.file", "/etc/weir/secret");
        assertThat(WeirSettings.of(open).cluster().internal()).contains(address("10.0.0.4", 9094));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "controller.quorum.voters | | the other roles must be somewhere",
                "controller.quorum.voters | 1:9093 | write each controller as id@host:port",
                "controller.quorum.voters | 1@a:9093,1@b:9093 | two controllers have the id 1",
                "controller.quorum.voters | 1@a:9093,2@a:9093 | two controllers have the address a:9093",
                "controller.quorum.voters | 1@a:0 | nobody can connect to port 0",
                "controller.quorum.voters | 4@127.0.0.1:9093 | give it another id",
                "roles | broker,controller | node.id",
                "roles | proxy | only a broker or a coordinator is called by other nodes",
                "weir.balance.batch.owners | 2001 | weir.balance.batch.partitions allows at most 2000",
                "controller.quorum.fetch.timeout.ms | 0 | at least 40",
                "cluster.id | - | Setting cluster.id is missing",
                "node.id | - | Setting node.id is missing",
                "weir.internal.listener | - | Setting weir.internal.listener is missing",
                "weir.internal.listener | 0.0.0.0:9094 | Setting weir.internal.advertised is missing",
                "weir.internal.listener | 10.0.0.4:9094 | weir.internal.secret.file",
                "weir.internal.listener | broker4:9094 | weir.internal.secret.file",
                "weir.internal.listener | 127.0.0.1:8090 | give it a port of its own",
                "weir.internal.advertised | 0.0.0.0:9094 | no node can connect to that",
                "weir.internal.advertised | 127.0.0.1:0 | no node can connect to that",
                "weir.controller.listener | 127.0.0.1:9093 | this node has no role controller",
                "listeners | PLAINTEXT://127.0.0.1:9092 | only a proxy talks to clients",
                "advertised.listeners | PLAINTEXT://queue:9092 | only a proxy talks to clients",
                "weir.store | local | the nodes of a cluster share one store",
                "weir.store | memory | the nodes of a cluster share one store"
            })
    void whatDoesNotGoTogetherIsRefusedWithTheWayOut(String key, String value, String expected) {
        Map<String, String> settings = with(Map.of());
        if ("-".equals(value)) {
            settings.remove(key);
        } else {
            settings.put(key, value == null ? "" : value);
        }

        assertThatThrownBy(() -> WeirSettings.of(settings))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.INVALID))
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "weir.internal.listener, 127.0.0.1:9094",
        "weir.internal.advertised, 127.0.0.1:9094",
        "weir.controller.listener, 127.0.0.1:9093",
        "weir.internal.secret.file, /etc/weir/secret"
    })
    void whatIsForSeveralNodesIsRefusedWhereThereIsOne(String key, String value) {
        assertThatThrownBy(() -> WeirSettings.of(Map.of(key, value)))
                .hasMessageContaining(key)
                .hasMessageContaining("this one is alone");
    }

    @Test
    void aProxyOnEveryAddressMustSayWhichOneClientsAreTold() {
        Map<String, String> proxy = with(Map.of("roles", "proxy", "listeners", "PLAINTEXT://0.0.0.0:9092"));
        proxy.remove("weir.internal.listener");

        assertThatThrownBy(() -> WeirSettings.of(proxy))
                .hasMessageContaining("Setting advertised.listeners is missing");
    }

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(BROKER);
        settings.putAll(more);
        return settings;
    }

    private static InetSocketAddress address(String host, int port) {
        return InetSocketAddress.createUnresolved(host, port);
    }
}
