/** Role. Kafka's KRaft quorum, embedded: the raft client, the controller and the requests that it answers. */
@NullMarked
package io.weir.controller;

import org.jspecify.annotations.NullMarked;
