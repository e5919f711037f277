package io.weir.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataDirectoryTest {
    @TempDir
    Path temp;

    @Test
    void emptyDirectoryIsFormattedOnce() {
        String cluster;
        Uuid directoryId;
        try (MetadataDirectory first = open(1, Optional.empty())) {
            cluster = first.clusterId();
            directoryId = first.directoryId();
            assertThat(first.bootstrap().featureLevel("group.version")).isEqualTo((short) 1);
            assertThat(first.bootstrap().featureLevel("transaction.version")).isEqualTo((short) 2);
            assertThat(first.bootstrap().featureLevel("eligible.leader.replicas.version"))
                    .isZero();
            assertThat(first.bootstrap().featureLevel("share.version")).isZero();
        }
        try (MetadataDirectory again = open(1, Optional.of(cluster))) {
            assertThat(again.clusterId()).isEqualTo(cluster);
            assertThat(again.directoryId()).isEqualTo(directoryId);
        }
    }

    @Test
    void formattingThatWasCutShortIsDoneAgain() throws Exception {
        open(1, Optional.empty()).close();
        Files.delete(temp.resolve("meta.properties"));
        try (MetadataDirectory again = open(1, Optional.of("second"))) {
            assertThat(again.clusterId()).isEqualTo("second");
        }
    }

    @Test
    void oneProcessAtATime() {
        try (MetadataDirectory held = open(1, Optional.empty())) {
            assertThat(held.nodeId()).isEqualTo(1);
            assertFault(() -> open(1, Optional.empty()), FaultKind.INVALID, "in use");
        }
    }

    @Test
    void anotherNodeOrClusterIsRefused() {
        open(1, Optional.of("mine")).close();
        assertFault(() -> open(2, Optional.empty()), FaultKind.INVALID, "node id");
        assertFault(() -> open(1, Optional.of("theirs")), FaultKind.INVALID, "cluster.id");
        open(1, Optional.of("mine")).close();
    }

    @Test
    void logWithoutItsPropertiesIsDamageAndNotANewCluster() throws Exception {
        open(1, Optional.empty()).close();
        Files.delete(temp.resolve("meta.properties"));
        Files.createFile(temp.resolve("__cluster_metadata-0").resolve("00000000000000000000.log"));
        assertFault(() -> open(1, Optional.empty()), FaultKind.CORRUPT, "meta.properties");
    }

    @Test
    void lastIncarnationsAreRemembered() {
        Uuid first = Uuid.randomUuid();
        Uuid second = Uuid.randomUuid();
        try (MetadataDirectory directory = open(1, Optional.empty())) {
            assertThat(directory.incarnations()).isEmpty();
            directory.recordIncarnation(first);
            directory.recordIncarnation(second);
        }
        try (MetadataDirectory directory = open(1, Optional.empty())) {
            assertThat(directory.incarnations()).containsExactly(second, first);
            for (int i = 0; i < 20; i++) {
                directory.recordIncarnation(Uuid.randomUuid());
            }
            assertThat(directory.incarnations()).hasSize(8);
        }
    }

    private MetadataDirectory open(int nodeId, Optional<String> clusterId) {
        return MetadataDirectory.open(temp, nodeId, clusterId, RaftConfig.defaults());
    }

    private static void assertFault(Runnable call, FaultKind kind, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        WeirException.class, fault -> assertThat(fault.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }
}
