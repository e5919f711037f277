/**
 * Notices nodes whose process has ended before their sessions do. The session time-out remains for those that hang, and
 * for hosts that are gone and say nothing. Called by the controller; nothing here is durable.
 */
@NullMarked
package io.weir.controller.crash;

import org.jspecify.annotations.NullMarked;
