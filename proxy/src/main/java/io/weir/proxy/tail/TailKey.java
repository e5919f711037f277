package io.weir.proxy.tail;

import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Uuid;

/** Which tail: consumers of another isolation level see other ends, and aborted transactions. */
record TailKey(Uuid topicId, int partition, IsolationLevel isolation) {}
