package io.weir.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.internal.PlatformDependent;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.wire.WireConfig;
import io.weir.log.cache.ReadCacheConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every default, every mapping, and what is refused. */
class WeirSettingsTest {
    private static final long MEBIBYTE = 1024L * 1024;

    @Test
    void theDefaultsListenOnLoopbackAndKeepDataInTheWorkingDirectory() {
        WeirSettings settings = WeirSettings.defaults();

        assertThat(settings.roles()).isEqualTo(EnumSet.allOf(Role.class));
        assertThat(settings.nodeId()).isEqualTo(1);
        assertThat(settings.rack()).isEmpty();
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(settings.inMemory()).isFalse();
        assertThat(settings.httpListener()).isEqualTo(InetSocketAddress.createUnresolved("127.0.0.1", 8090));
        assertThat(settings.heartbeatInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.sessionTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.messageMaxBytes()).isEqualTo(1_048_588);
        assertThat(settings.jsonLogs()).isFalse();
        assertThat(settings.logLevel()).isEqualTo("INFO");
        assertThat(settings.topics()).isEqualTo(new TopicSettings(true, 1, true));
        assertThat(settings.listeners())
                .isEqualTo(new ListenerSettings(
                        List.of(plaintext("127.0.0.1", 9092)),
                        List.of(),
                        3,
                        true,
                        new WireConfig.SocketOptions(1024, -1, -1),
                        new WireConfig.ConnectionLimits(
                                10_000, Integer.MAX_VALUE, Duration.ofMinutes(10), Duration.ofMinutes(2), 64 * 1024),
                        new WireConfig.RequestLimits(
                                100 * 1024 * 1024, 8 * 1024 * 1024, 1 << 19, 64, 256 * MEBIBYTE, 32 * MEBIBYTE),
                        new WireConfig.AnswerLimits(64 * MEBIBYTE, 1024 * 1024, 256 * MEBIBYTE),
                        Duration.ofSeconds(2)));
        assertThat(settings.fetches()).isEqualTo(new FetchSettings(55 * 1024 * 1024, 400_000, 1000, 400_000));
        assertThat(settings.maxPartitionsDescribed()).isEqualTo(2000);
        assertThat(settings.log())
                .isEqualTo(new LogSettings(
                        128 * MEBIBYTE,
                        64 * MEBIBYTE,
                        64 * MEBIBYTE,
                        1024 * MEBIBYTE,
                        4 * MEBIBYTE,
                        Duration.ofMinutes(10),
                        16 * MEBIBYTE,
                        Duration.ofMinutes(5),
                        Duration.ofDays(1)));
        assertThat(settings.crashDetection()).isTrue();
        assertThat(settings.leaveTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.stopBound()).isEqualTo(Duration.ofSeconds(27));
        assertThat(settings.proxy())
                .isEqualTo(new ProxySettings(Duration.ofSeconds(20), Duration.ofSeconds(10), 64 * MEBIBYTE));
        assertThat(settings.quorum())
                .isEqualTo(new QuorumSettings(
                        Duration.ofMillis(200),
                        Duration.ofMillis(400),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ZERO));
        assertThat(settings.balance())
                .isEqualTo(new BalanceSettings(
                        true,
                        Duration.ZERO,
                        true,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(1),
                        Duration.ofHours(1),
                        250,
                        2_000,
                        Duration.ofMillis(50)));
        assertThat(settings.explicit()).isEmpty();
        assertThat(settings.topicDefaults()).isEmpty();
    }

    @Test
    void everyNodeSettingReachesItsValue() {
        WeirSettings settings = WeirSettings.of(Map.ofEntries(
                Map.entry("roles", "proxy,broker,coordinator,controller"),
                Map.entry("node.id", "7"),
                Map.entry("broker.rack", "north"),
                Map.entry("weir.data.dir", "/var/lib/weir"),
                Map.entry("weir.store", "memory"),
                Map.entry("weir.http.listener", "[::1]:0"),
                Map.entry("broker.heartbeat.interval.ms", "250"),
                Map.entry("broker.session.timeout.ms", "1000"),
                Map.entry("weir.crash.detection.enable", "false"),
                Map.entry("weir.log.format", "json"),
                Map.entry("weir.log.level", "debug"),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("num.partitions", "12"),
                Map.entry("delete.topic.enable", "false")));

        assertThat(settings.roles()).isEqualTo(EnumSet.allOf(Role.class));
        assertThat(settings.nodeId()).isEqualTo(7);
        assertThat(settings.rack()).contains("north");
        assertThat(settings.dataDirectory()).isEqualTo(Path.of("/var/lib/weir"));
        assertThat(settings.inMemory()).isTrue();
        assertThat(settings.httpListener()).isEqualTo(InetSocketAddress.createUnresolved("::1", 0));
        assertThat(settings.heartbeatInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.sessionTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.crashDetection()).isFalse();
        assertThat(settings.jsonLogs()).isTrue();
        assertThat(settings.logLevel()).isEqualTo("DEBUG");
        assertThat(settings.topics()).isEqualTo(new TopicSettings(false, 12, false));
    }

    @Test
    void everyHdfsSettingReachesItsValue() {
        WeirSettings settings = WeirSettings.of(Map.ofEntries(
                Map.entry("weir.store", "hdfs://namenode:8020/weir"),
                Map.entry("weir.hdfs.conf.dir", "/etc/hadoop/conf"),
                Map.entry("weir.hdfs.replication", "2"),
                Map.entry("weir.hdfs.block.bytes", "1048576"),
                Map.entry("weir.hdfs.hsync", "true"),
                Map.entry("weir.hdfs.suspect.ms", "50"),
                Map.entry("weir.hdfs.stall.timeout.ms", "51"),
                Map.entry("weir.hdfs.fence.timeout.ms", "5000"),
                Map.entry("weir.hdfs.kerberos.principal", "weir@EXAMPLE"),
                Map.entry("weir.hdfs.kerberos.keytab", "/etc/weir.keytab")));

        assertThat(settings.sharedStore()).isTrue();
        assertThat(settings.inMemory()).isFalse();
        assertThat(settings.hdfs())
                .isEqualTo(new HdfsSettings(
                        Optional.of(Path.of("/etc/hadoop/conf")),
                        2,
                        MEBIBYTE,
                        true,
                        Duration.ofMillis(50),
                        Duration.ofMillis(51),
                        Duration.ofSeconds(5),
                        Optional.of("weir@EXAMPLE"),
                        Optional.of(Path.of("/etc/weir.keytab"))));
    }

    @Test
    void everyListenerSettingReachesItsValue() {
        WeirSettings settings = WeirSettings.of(Map.ofEntries(
                Map.entry("listeners", "PLAINTEXT://0.0.0.0:19092"),
                Map.entry("advertised.listeners", "PLAINTEXT://queue.example.org:9092"),
                Map.entry("max.connections", "11"),
                Map.entry("max.connections.per.ip", "12"),
                Map.entry("connections.max.idle.ms", "13"),
                Map.entry("weir.connection.stall.timeout.ms", "16"),
                Map.entry("weir.connection.min.bytes.per.second", "17"),
                Map.entry("socket.listen.backlog.size", "18"),
                Map.entry("socket.send.buffer.bytes", "19"),
                Map.entry("socket.receive.buffer.bytes", "20"),
                Map.entry("socket.request.max.bytes", "2000000"),
                Map.entry("weir.control.request.max.bytes", "21000"),
                Map.entry("weir.request.max.fields", "22000"),
                Map.entry("queued.max.request.bytes", "3000000"),
                Map.entry("weir.queued.max.control.bytes", "2300000"),
                Map.entry("weir.connection.max.in.flight.requests", "24"),
                Map.entry("weir.queued.max.answer.bytes", "2500000"),
                Map.entry("weir.connection.max.answer.bytes", "26"),
                Map.entry("weir.connection.write.buffer.bytes", "2700"),
                Map.entry("num.network.threads", "14"),
                Map.entry("weir.network.native", "false"),
                Map.entry("weir.network.close.timeout.ms", "28"),
                Map.entry("fetch.max.bytes", "2900"),
                Map.entry("weir.fetch.max.waiting.partitions", "30"),
                Map.entry("max.incremental.fetch.session.cache.slots", "15"),
                Map.entry("weir.fetch.session.cache.partitions", "31"),
                Map.entry("max.request.partition.size.limit", "32")));

        assertThat(settings.listeners())
                .isEqualTo(new ListenerSettings(
                        List.of(plaintext("0.0.0.0", 19092)),
                        List.of(plaintext("queue.example.org", 9092)),
                        14,
                        false,
                        new WireConfig.SocketOptions(18, 19, 20),
                        new WireConfig.ConnectionLimits(11, 12, Duration.ofMillis(13), Duration.ofMillis(16), 17),
                        new WireConfig.RequestLimits(2_000_000, 21_000, 22_000, 24, 3_000_000, 2_300_000),
                        new WireConfig.AnswerLimits(26, 2_700, 2_500_000),
                        Duration.ofMillis(28)));
        assertThat(settings.fetches()).isEqualTo(new FetchSettings(2_900, 30, 15, 31));
        assertThat(settings.maxPartitionsDescribed()).isEqualTo(32);
    }

    @Test
    void everyLogSettingReachesItsValue() {
        WeirSettings settings = WeirSettings.of(Map.of(
                "weir.tail.cache.bytes", "50000000",
                "weir.read.cache.bytes", "40000000",
                "weir.commit.log.file.bytes", "3000000",
                "weir.commit.log.max.bytes", "6000000",
                "weir.segment.flush.bytes", "5000",
                "weir.segment.flush.ms", "6",
                "weir.ack.buffer.max.bytes", "7000",
                "log.retention.check.interval.ms", "9",
                "producer.id.expiration.ms", "10"));

        assertThat(settings.log())
                .isEqualTo(new LogSettings(
                        50_000_000,
                        40_000_000,
                        3_000_000,
                        6_000_000,
                        5_000,
                        Duration.ofMillis(6),
                        7_000,
                        Duration.ofMillis(9),
                        Duration.ofMillis(10)));
    }

    @Test
    void whatNoPageCacheKeepsWeKeepOurselves() {
        assertThat(WeirSettings.of(Map.of()).log().readCacheBytes()).isEqualTo(64 * MEBIBYTE);
        assertThat(WeirSettings.of(Map.of("weir.store", "hdfs://namenode:8020/weir"))
                        .log()
                        .readCacheBytes())
                .isEqualTo(ReadCacheConfig.sharedBytes(PlatformDependent.maxDirectMemory()));
        assertThat(WeirSettings.of(Map.of(
                                "weir.store", "hdfs://namenode:8020/weir",
                                "weir.read.cache.bytes", "0"))
                        .log()
                        .readCacheBytes())
                .as("as somebody wants it")
                .isZero();
    }

    @Test
    void whatOthersMayHaveToReplayIsLess() {
        assertThat(WeirSettings.of(Map.of("weir.store", "hdfs://namenode:8020/weir"))
                        .log()
                        .commitLogMaxBytes())
                .isEqualTo(128 * MEBIBYTE);
        assertThat(WeirSettings.of(Map.of(
                                "weir.store", "hdfs://namenode:8020/weir",
                                "weir.commit.log.max.bytes", "900000000"))
                        .log()
                        .commitLogMaxBytes())
                .as("as somebody wants it")
                .isEqualTo(900_000_000);
    }

    @Test
    void everyTopicDefaultReachesTheTopicUnderItsOwnName() {
        WeirSettings settings = WeirSettings.of(Map.ofEntries(
                Map.entry("log.cleanup.policy", "compact"),
                Map.entry("log.retention.ms", "1000"),
                Map.entry("log.retention.bytes", "2000"),
                Map.entry("log.segment.bytes", "4000000"),
                Map.entry("message.max.bytes", "7"),
                Map.entry("log.message.timestamp.type", "LogAppendTime"),
                Map.entry("log.message.timestamp.before.max.ms", "8"),
                Map.entry("log.message.timestamp.after.max.ms", "9"),
                Map.entry("compression.type", "zstd"),
                Map.entry("compression.gzip.level", "4"),
                Map.entry("compression.lz4.level", "5"),
                Map.entry("compression.zstd.level", "6")));

        assertThat(settings.topicDefaults())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("cleanup.policy", "compact"),
                        Map.entry("retention.ms", "1000"),
                        Map.entry("retention.bytes", "2000"),
                        Map.entry("segment.bytes", "4000000"),
                        Map.entry("max.message.bytes", "7"),
                        Map.entry("message.timestamp.type", "LogAppendTime"),
                        Map.entry("message.timestamp.before.max.ms", "8"),
                        Map.entry("message.timestamp.after.max.ms", "9"),
                        Map.entry("compression.type", "zstd"),
                        Map.entry("compression.gzip.level", "4"),
                        Map.entry("compression.lz4.level", "5"),
                        Map.entry("compression.zstd.level", "6")));
        assertThat(new LogConfig(settings.topicDefaults()).retentionMs).isEqualTo(1000);
    }

    @Test
    void retentionInLargerUnitsHoldsWhereTheSmallerOneIsNotSet() {
        assertThat(WeirSettings.of(Map.of("log.retention.hours", "2")).topicDefaults())
                .containsEntry("retention.ms", "7200000");
        assertThat(WeirSettings.of(Map.of("log.retention.hours", "2", "log.retention.minutes", "3"))
                        .topicDefaults())
                .containsEntry("retention.ms", "180000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "roles | proxy | the other roles must be somewhere",
                "roles | wizard | the roles are proxy, broker",
                "node.id | -1 | node.id",
                "num.partitions | many | num.partitions",
                "weir.store | tape | weir.store",
                "weir.store | hdfs:///weir | it names no NameNode",
                "weir.store | hdfs://namenode:8020 | it names no directory",
                "weir.hdfs.block.bytes | 1048577 | a multiple of 512",
                "weir.hdfs.stall.timeout.ms | 100 | at least weir.hdfs.suspect.ms",
                "weir.hdfs.kerberos.principal | weir@EXAMPLE | Set both",
                "weir.log.format | xml | weir.log.format",
                "weir.http.listener | 8090 | write it as host:port",
                "weir.http.listener | localhost:99999 | write it as host:port",
                "weir.http.listener | 127.0.0.1:9092 | give it a port of its own",
                "listeners | 127.0.0.1:9092 | write it as PLAINTEXT://host:port",
                "listeners | PLAINTEXT://127.0.0.1:70000 | write it as PLAINTEXT://host:port",
                "listeners | SSL://127.0.0.1:9092 | only PLAINTEXT listeners work so far",
                "listeners | PLAINTEXT://:9092 | it has no host",
                "listeners | PLAINTEXT://a:1,PLAINTEXT://b:2 | two listeners are named PLAINTEXT",
                "advertised.listeners | PLAINTEXT://0.0.0.0:9092 | no client can connect to that",
                "broker.session.timeout.ms | 600 | at least twice broker.heartbeat.interval.ms",
                "message.max.bytes | 200000000 | socket.request.max.bytes allows at most",
                "socket.request.max.bytes | 2000000000 | queued.max.request.bytes allows at most",
                "weir.segment.flush.bytes | 999999999 | weir.tail.cache.bytes allows at most",
                "weir.ack.buffer.max.bytes | 999999999 | weir.tail.cache.bytes allows at most",
                "weir.commit.log.file.bytes | 999999999 | weir.commit.log.max.bytes allows at most",
                "compression.gzip.level | 77 | compression.gzip.level",
                "socket.send.buffer.bytes | 0 | socket.send.buffer.bytes",
                "log.retention.ms | -5 | retention.ms",
                "group.consumer.session.timeout.ms | 1 | group.consumer"
            })
    void whatCannotBeIsRefusedWithTheSettingAndTheWayOut(String key, String value, String expected) {
        assertThatThrownBy(() -> WeirSettings.of(Map.of(key, value)))
                .isInstanceOfSatisfying(
                        WeirException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.INVALID))
                .hasMessageContaining(expected);
    }

    private static Endpoint plaintext(String host, int port) {
        return new Endpoint("PLAINTEXT", SecurityProtocol.PLAINTEXT, host, port);
    }
}
