/** What the soak's verdict is made of. */
@NullMarked
package io.weir.bench.soak;

import org.jspecify.annotations.NullMarked;
