/** The server under test: a process that the tests start and kill, or one that runs already. */
@NullMarked
package io.weir.compat.server;

import org.jspecify.annotations.NullMarked;
