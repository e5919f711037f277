package io.weir.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controller.balance.BalanceConfig;
import io.weir.coordinator.InternalTopics;
import io.weir.kafka.client.RemoteConfig;
import io.weir.metadata.raft.RaftConfig;
import io.weir.proxy.routing.RetryConfig;
import io.weir.proxy.tail.TailConfig;
import io.weir.server.settings.WeirSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Settings reach whoever is bound by them. */
class ComponentConfigsTest {
    private final ComponentConfigs configs = new ComponentConfigs(
            WeirSettings.of(Map.of(
                    "max.connections", "700",
                    "fetch.max.bytes", "2900",
                    "weir.fetch.max.waiting.partitions", "30",
                    "weir.fetch.session.cache.partitions", "31",
                    "max.request.partition.size.limit", "32",
                    "weir.control.request.max.bytes", "33000")),
            Optional.empty());

    @Test
    void boundsOfFetchesHoldAtTheProxyAndAtTheBroker() {
        var proxy = configs.proxy(InternalTopics.offsetsTopic(configs.coordinator()));
        assertThat(proxy.fetch().maxBytes()).isEqualTo(2_900);
        assertThat(proxy.fetch().sessionPartitions()).isEqualTo(31);
        assertThat(proxy.maxPartitionsDescribed()).isEqualTo(32);
        assertThat(configs.broker().maxFetchBytes()).isEqualTo(2_900);
        assertThat(configs.broker().maxWaitingPartitions()).isEqualTo(30);
        assertThat(configs.broker().maxWaitingFetches()).isEqualTo(1_400);
    }

    @Test
    void boundsOfConnectionsHoldAtTheWire() {
        assertThat(configs.wire().connections().max()).isEqualTo(700);
        assertThat(configs.wire().requests().maxControlBytes()).isEqualTo(33_000);
        assertThat(configs.wire().sockets().sendBufferBytes()).isEqualTo(-1);
    }

    @Test
    void howPatientControllersAreReachesTheQuorum() {
        RaftConfig raft = configs("controller.quorum.election.timeout.ms", "1000")
                .set("controller.quorum.fetch.timeout.ms", "1600")
                .set("controller.quorum.election.backoff.max.ms", "900")
                .set("controller.quorum.request.timeout.ms", "1500")
                .set("controller.quorum.append.linger.ms", "7")
                .build()
                .raft();

        assertThat(raft.electionTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(raft.fetchTimeout()).isEqualTo(Duration.ofMillis(1600));
        assertThat(raft.electionBackoffMax()).isEqualTo(Duration.ofMillis(900));
        assertThat(raft.requestTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(raft.appendLinger()).isEqualTo(Duration.ofMillis(7));
        assertThat(raft.peers().fetchWait())
                .as("several answers within the time after which a follower gives up")
                .isEqualTo(Duration.ofMillis(400));
        assertThat(configs.raft().peers().fetchWait())
                .isEqualTo(RaftConfig.defaults().peers().fetchWait());
    }

    @Test
    void howPartitionsAreSpreadReachesTheBalancer() {
        BalanceConfig balance = configs("auto.leader.rebalance.enable", "false")
                .set("leader.imbalance.check.interval.seconds", "300")
                .set("weir.balance.candidates.enable", "false")
                .set("weir.balance.settle.ms", "11")
                .set("weir.balance.orphan.ms", "12")
                .set("weir.balance.gone.ms", "13")
                .set("weir.balance.absent.ms", "14")
                .set("weir.balance.batch.owners", "15")
                .set("weir.balance.batch.partitions", "16")
                .set("weir.balance.pause.ms", "17")
                .build()
                .balance();

        assertThat(balance)
                .isEqualTo(new BalanceConfig(
                        false,
                        false,
                        Duration.ofMinutes(5),
                        BalanceConfig.defaults().checkInterval(),
                        Duration.ofMillis(11),
                        Duration.ofMillis(12),
                        Duration.ofMillis(13),
                        Duration.ofMillis(14),
                        16,
                        15,
                        Duration.ofMillis(17)));
        assertThat(configs.balance()).isEqualTo(BalanceConfig.defaults());
        assertThat(configs.controller().leaderImbalanceCheckInterval())
                .as("the balancer gives partitions back, and Kafka's controller does not do so beside it")
                .isEqualTo(Duration.ZERO);
    }

    @Test
    void howAProxyBridgesAMoveReachesIt() {
        ComponentConfigs set = configs("weir.proxy.produce.retry.ms", "1100")
                .set("weir.proxy.request.retry.ms", "1200")
                .set("weir.proxy.tail.cache.bytes", "1000000000")
                .build();
        var proxy = set.proxy(InternalTopics.offsetsTopic(set.coordinator()));

        assertThat(proxy.retry().produceBound()).isEqualTo(Duration.ofMillis(1100));
        assertThat(proxy.retry().otherBound()).isEqualTo(Duration.ofMillis(1200));
        assertThat(proxy.tail().cacheBytes()).isEqualTo(1_000_000_000);
        assertThat(set.remote().maxAnswersBytes())
                .as("what the tails keep of owners' answers leaves room for other answers")
                .isEqualTo(1_000_000_000 + (256L << 20));
        var untouched = configs.proxy(InternalTopics.offsetsTopic(configs.coordinator()));
        assertThat(untouched.retry()).isEqualTo(RetryConfig.defaults());
        assertThat(untouched.tail()).isEqualTo(TailConfig.defaults());
    }

    @Test
    void anAnswerMayBeAsLongAsTheLongestThatAProxyAsksFor() {
        RemoteConfig remote = configs("fetch.max.bytes", "600000000").build().remote();

        assertThat(remote.maxAnswerBytes()).isGreaterThan(1_200_000_000);
        assertThat(remote.maxAnswersBytes()).isGreaterThan(remote.maxAnswerBytes());
    }

    @Test
    void howLongALeavingNodeWaitsReachesItsRegistration() {
        assertThat(configs("weir.leave.timeout.ms", "1300")
                        .build()
                        .registration("cluster", List.of())
                        .leaveTimeout())
                .isEqualTo(Duration.ofMillis(1300));
    }

    private static Configs configs(String key, String value) {
        return new Configs(new HashMap<>()).set(key, value);
    }

    private record Configs(Map<String, String> settings) {
        Configs set(String key, String value) {
            settings.put(key, value);
            return this;
        }

        ComponentConfigs build() {
            return new ComponentConfigs(WeirSettings.of(settings), Optional.empty());
        }
    }

    @Test
    void connectionsLeaveFilesForTheLog() {
        assertThat(OpenFiles.possible(1_024)).isEqualTo(768);
        assertThat(OpenFiles.possible(-1)).isEqualTo(Integer.MAX_VALUE);
        assertThat(OpenFiles.possible(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(OpenFiles.connections(1)).isEqualTo(1);
    }
}
