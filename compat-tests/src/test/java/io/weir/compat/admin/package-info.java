/** Kafka's Java admin client: every call, and the exact exceptions of its error cases. */
@NullMarked
package io.weir.compat.admin;

import org.jspecify.annotations.NullMarked;
