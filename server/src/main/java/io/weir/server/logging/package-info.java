/** How the process writes its log. */
@NullMarked
package io.weir.server.logging;

import org.jspecify.annotations.NullMarked;
