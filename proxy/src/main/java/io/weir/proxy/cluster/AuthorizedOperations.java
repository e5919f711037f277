package io.weir.proxy.cluster;

import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.security.authorizer.AclEntry;

/** What a client may do, as the bits in answers. Nobody is refused anything yet, so: all that the resource knows. */
final class AuthorizedOperations {
    /** What there is to do with a topic. */
    static final int TOPIC = all(ResourceType.TOPIC);

    /** What there is to do with the cluster. */
    static final int CLUSTER = all(ResourceType.CLUSTER);

    private AuthorizedOperations() {}

    private static int all(ResourceType type) {
        Set<Byte> codes = new HashSet<>();
        for (AclOperation operation : AclEntry.supportedOperations(type)) {
            codes.add(operation.code());
        }
        return Utils.to32BitField(codes);
    }
}
