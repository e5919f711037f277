/** Tests of the embedded server. */
@NullMarked
package io.weir.testkit;

import org.jspecify.annotations.NullMarked;
