package io.weir.metadata.raft;

import java.util.function.Consumer;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka's fault hook: logs what broke and tells the process, which decides whether it can go on. Any thread. */
public final class MetadataFaults implements FaultHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFaults.class);

    private final String component;
    private final Consumer<Throwable> onFault;

    /**
     * @param component named in the log
     * @param onFault told of each fault; must not block
     */
    public MetadataFaults(String component, Consumer<Throwable> onFault) {
        this.component = component;
        this.onFault = onFault;
    }

    @Override
    public RuntimeException handleFault(String failureMessage, @Nullable Throwable cause) {
        FaultHandlerException fault =
                new FaultHandlerException(component + ": " + failureMessage + reason(cause), cause);
        LOG.error("event=metadata_fault component={} message={}", component, failureMessage, cause);
        onFault.accept(fault);
        return fault;
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    }
}
