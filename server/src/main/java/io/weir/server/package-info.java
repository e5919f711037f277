/** Main, command line and wiring: the deployment on one screen. */
@NullMarked
package io.weir.server;

import org.jspecify.annotations.NullMarked;
