package io.weir.metadata;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.storage.internals.log.LogConfig;

/** Weir's own topic settings: their names, types, defaults and checks, beside Kafka's. Stateless. */
public final class WeirTopicSettings {
    /** When a produce request is acknowledged. */
    public static final String ACK = "weir.ack";

    /** When the record is durable. */
    public static final String ACK_DURABLE = "durable";

    /** When the record is in the buffer. */
    public static final String ACK_BUFFER = "buffer";

    private WeirTopicSettings() {}

    /** Weir's settings alone; a new definition a call, since Kafka's class is mutable. */
    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        ACK,
                        ConfigDef.Type.STRING,
                        ACK_DURABLE,
                        ConfigDef.ValidString.in(ACK_DURABLE, ACK_BUFFER),
                        ConfigDef.Importance.HIGH,
                        "When a produce request is acknowledged: <code>durable</code>, when the records are durable in"
                                + " the store; <code>buffer</code>, when they are in the owner's memory, so that those"
                                + " of a bounded last moment can be lost when the owner dies.");
    }

    /** Kafka's topic settings and Weir's in one definition. */
    public static ConfigDef withKafkas() {
        ConfigDef all = LogConfig.configDefCopy();
        definition().configKeys().values().forEach(all::define);
        return all;
    }

    /** Whether this is one of Weir's. */
    public static boolean isWeirs(String name) {
        return name.startsWith("weir.");
    }

    /** The settings in force where {@code overrides} are a topic's own, already validated. */
    public static WeirTopicConfig parse(Map<?, ?> overrides) {
        Object ack = overrides.get(ACK);
        return new WeirTopicConfig(ACK_BUFFER.equals(ack));
    }
}
