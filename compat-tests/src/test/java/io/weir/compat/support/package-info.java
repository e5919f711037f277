/** What scenarios are written with: clients that close themselves, bounded waits, raw requests. */
@NullMarked
package io.weir.compat.support;

import org.jspecify.annotations.NullMarked;
