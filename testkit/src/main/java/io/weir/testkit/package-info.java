/** An embedded server for tests. */
@NullMarked
package io.weir.testkit;

import org.jspecify.annotations.NullMarked;
