/** What is asked of a host, against real sockets. */
@NullMarked
package io.weir.controller.crash;

import org.jspecify.annotations.NullMarked;
