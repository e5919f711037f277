package io.weir.log.partition;

import io.weir.log.Partition.AppendListener;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands in for a listener that has been told already (weir.ack=buffer): closes the window, and says so when a record is lost. */
final class EarlyAcknowledged implements AppendListener {
    private static final Logger LOG = LoggerFactory.getLogger(EarlyAcknowledged.class);

    private final BufferWindow window;
    private final int sizeBytes;
    private final TopicIdPartition id;

    EarlyAcknowledged(BufferWindow window, int sizeBytes, TopicIdPartition id) {
        this.window = window;
        this.sizeBytes = sizeBytes;
        this.id = id;
    }

    @Override
    public void acknowledged() {
        window.close(sizeBytes);
    }

    @Override
    public void failed(Exception cause) {
        window.close(sizeBytes);
        LOG.warn("partition={} buffer_ack=at_risk bytes={} reason={}", id, sizeBytes, cause.getMessage());
    }
}
