/** Clients that are not Java: kcat (librdkafka) and kafkajs, each as a process of its own. */
@NullMarked
package io.weir.compat.thirdparty;

import org.jspecify.annotations.NullMarked;
