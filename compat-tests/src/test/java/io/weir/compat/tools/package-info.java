/** The classes behind Kafka's console tools: exit codes and key lines of output. */
@NullMarked
package io.weir.compat.tools;

import org.jspecify.annotations.NullMarked;
