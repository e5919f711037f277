package io.weir.server.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.weir.coordinator.CoordinatorConfig;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.coordinator.transaction.TransactionLogConfig;
import org.apache.kafka.network.SocketServerConfigs;
import org.apache.kafka.raft.KRaftConfigs;
import org.apache.kafka.server.config.ServerConfigs;
import org.apache.kafka.server.config.ServerLogConfigs;
import org.apache.kafka.storage.internals.log.LogConfig;

/** Every setting with type, default, check and meaning. Pure; any thread. */
public final class SettingDefinitions {
    private SettingDefinitions() {}

    /** The settings in the order of the settings page. */
    public static List<SettingSection> sections() {
        return List.of(
                new SettingSection("Node", "What this process is and where it keeps its data.", node()),
                new SettingSection(
                        "Cluster",
                        "For a process that is one of several. The first of these to set is `controller.quorum.voters`;"
                                + " without it a process is alone and needs none of them.",
                        ClusterDefinitions.keys()),
                new SettingSection(
                        "Listeners",
                        "Where clients connect. Everything listens on the loopback address unless it is set otherwise.",
                        listeners()),
                new SettingSection(
                        "Connections and requests",
                        "Bounds of the Kafka listeners. Whoever passes one pays with its own connection; memory is the sum of those"
                                + " below and of the caches of the log, whatever clients do.",
                        ConnectionDefinitions.keys()),
                new SettingSection(
                        "Proxy",
                        "For a proxy whose partitions other nodes own. A process that is alone has no use for them.",
                        ProxyDefinitions.keys()),
                new SettingSection(
                        "Balance",
                        "How partitions are spread over the nodes of a cluster. The settings of the controllers count.",
                        BalanceDefinitions.keys()),
                new SettingSection("Topics", "How topics come and go.", topics()),
                new SettingSection(
                        "Topic defaults",
                        "What a topic has that does not set its own value. `bin/weir topic create --config` and"
                                + " `bin/weir topic alter --config` set the topic's own, under the topic's names"
                                + " (`retention.ms` for `log.retention.ms`).",
                        topicDefaults()),
                new SettingSection(
                        "The log", "Memory, the commit log and segments. See ARCHITECTURE.md for the words.", log()),
                new SettingSection(
                        "HDFS",
                        "For `weir.store=hdfs://...`. What is not here is set in an ordinary core-site.xml or"
                                + " hdfs-site.xml, which win over what Weir sets for the client. `bin/weir store check`"
                                + " tries it all.",
                        HdfsDefinitions.keys()),
                new SettingSection(
                        "Consumer groups",
                        "Kafka's own group coordinator, with Kafka's own defaults, and what Weir adds to it.",
                        CoordinatorConfig.settings()),
                new SettingSection("Logging", "What the process writes to its standard output.", logging()));
    }

    /** All sections as one definition. */
    public static ConfigDef all() {
        ConfigDef all = new ConfigDef();
        for (SettingSection section : sections()) {
            section.keys().configKeys().values().forEach(all::define);
        }
        return all;
    }

    private static ConfigDef node() {
        return new ConfigDef()
                .define(
                        WeirKeys.ROLES,
                        LIST,
                        List.of("all"),
                        new Roles(),
                        HIGH,
                        "What this process does: `proxy` talks to clients, `broker` owns partitions, `coordinator` has the"
                                + " consumer groups, `controller` keeps the metadata; several are separated by commas."
                                + " `all` is every role in one process.")
                .define(
                        KRaftConfigs.NODE_ID_CONFIG,
                        INT,
                        1,
                        atLeast(0),
                        HIGH,
                        "The node's number in the cluster, no other's, and the id under which clients see it. It stays"
                                + " with the data directory.")
                .define(
                        ServerConfigs.BROKER_RACK_CONFIG,
                        STRING,
                        null,
                        null,
                        MEDIUM,
                        "The rack, zone or room of this node, as clients with `client.rack` see it.")
                .define(
                        WeirKeys.DATA_DIR,
                        STRING,
                        "./data",
                        new ConfigDef.NonEmptyString(),
                        HIGH,
                        "Directory of everything that this node keeps: metadata, and with `weir.store=local` the log."
                                + " Relative to the working directory. Made when it is not there. One process at a"
                                + " time.")
                .define(
                        WeirKeys.STORE,
                        STRING,
                        "local",
                        new StoreNames(),
                        HIGH,
                        "Where the log is kept. `local`: files below `weir.data.dir`. `hdfs://namenode:port/path`: a"
                                + " directory of HDFS, the same on every node; the only one that nodes can share."
                                + " `memory`: nowhere; all records are gone when the process ends, while topics and"
                                + " their settings stay. For tests.")
                .define(
                        WeirKeys.DIRECT_IO,
                        BOOLEAN,
                        true,
                        LOW,
                        "Whether local files are written past the page cache, which costs less processor time and"
                                + " leaves the cache to others. File systems that cannot do it are found out; turn it"
                                + " off for one that can but does it badly.");
    }

    private static ConfigDef listeners() {
        return new ConfigDef()
                .define(
                        SocketServerConfigs.LISTENERS_CONFIG,
                        LIST,
                        List.of("PLAINTEXT://127.0.0.1:9092"),
                        ConfigDef.ValidList.anyNonDuplicateValues(false, false),
                        HIGH,
                        "Addresses that Kafka clients connect to; only for a proxy. Written `PLAINTEXT://host:port`, separated by commas."
                                + " `PLAINTEXT://0.0.0.0:9092` listens on every IPv4 address of the machine; there is"
                                + " no authentication yet, so do that only in a network that you trust. Port 0 takes"
                                + " a free one.")
                .define(
                        SocketServerConfigs.ADVERTISED_LISTENERS_CONFIG,
                        LIST,
                        List.of(),
                        ConfigDef.ValidList.anyNonDuplicateValues(true, false),
                        HIGH,
                        "Addresses that clients are told to use. When it is not set, each client is told the address"
                                + " that it has reached, which is right unless there is address translation or a"
                                + " load balancer in between.")
                .define(
                        WeirKeys.HTTP_LISTENER,
                        STRING,
                        "127.0.0.1:8090",
                        new HostAndPort(),
                        HIGH,
                        "Address of metrics, health and the API, `host:port`. Port 0 takes a free one.");
    }

    private static ConfigDef topics() {
        ConfigDef keys = new ConfigDef();
        kafkas(
                keys,
                LogConfig.SERVER_CONFIG_DEF,
                ServerLogConfigs.AUTO_CREATE_TOPICS_ENABLE_CONFIG,
                "Whether a topic is made when a client asks for one that does not exist.");
        kafkas(
                keys,
                LogConfig.SERVER_CONFIG_DEF,
                ServerLogConfigs.NUM_PARTITIONS_CONFIG,
                "Partitions of a topic whose creator does not say how many.");
        kafkas(
                keys,
                ServerConfigs.CONFIG_DEF,
                ServerConfigs.DELETE_TOPIC_ENABLE_CONFIG,
                "Whether clients may delete topics.");
        return keys;
    }

    private static ConfigDef topicDefaults() {
        return TopicDefaultDefinitions.keys();
    }

    private static ConfigDef log() {
        ConfigDef keys = LogDefinitions.keys();
        kafkas(
                keys,
                LogConfig.SERVER_CONFIG_DEF,
                ServerLogConfigs.LOG_CLEANUP_INTERVAL_MS_CONFIG,
                "How often retention looks for segments that have expired.");
        kafkas(
                keys,
                TransactionLogConfig.CONFIG_DEF,
                TransactionLogConfig.PRODUCER_ID_EXPIRATION_MS_CONFIG,
                "How long an idempotent producer that sends nothing is remembered, in milliseconds.");
        return keys;
    }

    private static ConfigDef logging() {
        return new ConfigDef()
                .define(
                        WeirKeys.LOG_FORMAT,
                        STRING,
                        "text",
                        ValidString.in("text", "json"),
                        LOW,
                        "`text` for people, `json` for one JSON object a line.")
                .define(
                        WeirKeys.LOG_LEVEL,
                        STRING,
                        "info",
                        ConfigDef.CaseInsensitiveValidString.in("error", "warn", "info", "debug", "trace"),
                        LOW,
                        "Level of Weir's own loggers. Those of its libraries stay at `warn`.");
    }

    /** Kafka's key with Kafka's type, default and check, under words that hold for Weir. */
    static void kafkas(ConfigDef target, ConfigDef source, String name, String documentation) {
        ConfigKey key = source.configKeys().get(name);
        if (key == null) {
            throw new IllegalStateException("Kafka has no setting " + name + " any more");
        }
        target.define(name, key.type, key.defaultValue, key.validator, key.importance, documentation);
    }
}
