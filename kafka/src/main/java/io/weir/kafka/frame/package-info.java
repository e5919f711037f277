/**
 * Kafka's frames, a length of four bytes and so many bytes, as both ends of a connection see them: sockets are read straight
 * into pooled direct buffers, one a frame, and records leave as views of the buffers that they came in. On the event
 * loop of the connection, but for the budget, which is for any thread.
 */
@NullMarked
package io.weir.kafka.frame;

import org.jspecify.annotations.NullMarked;
