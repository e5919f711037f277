/** Role. The only thing that clients talk to: finds out who answers a request and asks them. */
@NullMarked
package io.weir.proxy;

import org.jspecify.annotations.NullMarked;
