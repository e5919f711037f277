/**
 * What clients are told of the cluster: topics, nodes, addresses, coordinators. Answered from the view, without asking
 * anybody, except where a topic must be made first.
 */
@NullMarked
package io.weir.proxy.cluster;

import org.jspecify.annotations.NullMarked;
