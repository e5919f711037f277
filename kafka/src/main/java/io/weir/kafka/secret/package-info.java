/**
 * How nodes prove to each other that they belong together: SASL SCRAM-SHA-256 with Kafka's own classes, user {@code weir},
 * and as password a secret that all nodes share. The secret itself never travels, and is in no log.
 */
@NullMarked
package io.weir.kafka.secret;

import org.jspecify.annotations.NullMarked;
