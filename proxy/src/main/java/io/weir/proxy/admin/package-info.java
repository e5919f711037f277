/**
 * Requests that change the cluster go to the controller; what describes its settings is answered here. A change that
 * was made is seen here before its answer leaves, so that what a client does next finds it.
 */
@NullMarked
package io.weir.proxy.admin;

import org.jspecify.annotations.NullMarked;
