/** Scenarios of metadata that changes. */
@NullMarked
package io.weir.broker.ownership;

import org.jspecify.annotations.NullMarked;
