/**
 * The node's view of the cluster. KRaft's {@code MetadataLoader} feeds {@link io.weir.metadata.ClusterView}; roles
 * read it and never talk to the controller for what it already knows.
 */
@NullMarked
package io.weir.metadata;

import org.jspecify.annotations.NullMarked;
