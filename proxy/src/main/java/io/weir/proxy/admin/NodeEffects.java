package io.weir.proxy.admin;

import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.UnregisterBrokerRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/** How it shows that nodes were unregistered. */
final class NodeEffects {
    private NodeEffects() {}

    /** One that lives may have registered anew before this node looks. */
    static List<Predicate<MetadataImage>> gone(AbstractRequest request, ApiMessage answer, MetadataImage before) {
        int id = ((UnregisterBrokerRequest) request).data().brokerId();
        BrokerRegistration known = before.cluster().broker(id);
        if (((UnregisterBrokerResponseData) answer).errorCode() != Errors.NONE.code() || known == null) {
            return List.of();
        }
        return List.of(image -> {
            BrokerRegistration now = image.cluster().broker(id);
            return now == null || now.epoch() != known.epoch();
        });
    }
}
