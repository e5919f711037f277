package io.weir.log;

/** When a produce request is acknowledged: the topic setting {@code weir.ack}. */
public enum TopicDurability {
    /** When the record is durable. The default: nothing acknowledged is ever lost. */
    DURABLE,
    /** When it is in the buffer; what can be lost is bounded by settings and shown as a metric. */
    BUFFER
}
