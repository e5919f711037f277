package io.weir.metadata.node;

import io.weir.metadata.raft.MetadataDirectory;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** Remembers across restarts who ran on this node. A node without a disk has no memory. */
public interface Incarnations {
    /** Those that ran before this process and are certainly gone, as far as is known. */
    Collection<Uuid> gone();

    /** Remembers, durably, who runs now. */
    void record(Uuid incarnation);

    /** Kept in the metadata directory, whose lock makes sure that earlier ones are gone. */
    static Incarnations in(MetadataDirectory directory) {
        return new Incarnations() {
            @Override
            public Collection<Uuid> gone() {
                return directory.incarnations();
            }

            @Override
            public void record(Uuid incarnation) {
                directory.recordIncarnation(incarnation);
            }
        };
    }

    /** No memory: a predecessor's session has to run out. */
    static Incarnations none() {
        return new Incarnations() {
            @Override
            public Collection<Uuid> gone() {
                return List.of();
            }

            @Override
            public void record(Uuid incarnation) {
                // Nowhere to keep it.
            }
        };
    }
}
