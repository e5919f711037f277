package io.weir.metadata.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerFeature;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.junit.jupiter.api.Test;

class HealthWatchTest {
    private static final HealthConfig TWO_BEATS = new HealthConfig(Duration.ofMillis(20), Duration.ofMillis(20));

    private final Set<Integer> sick = new HashSet<>();
    private final Set<Integer> fenced = new HashSet<>();
    private final Map<Integer, Set<Role>> nodes = new HashMap<>();

    @Test
    void nodeStepsAsideWhenItsTroubleLastsAndComesBackWhenItHasBeenWellForAWhile() {
        cluster(3);
        HealthWatch watch = watch(1);
        sick.add(1);
        assertThat(watch.standsAside(image())).as("a moment is nothing").isFalse();
        assertThat(watch.standsAside(image())).isTrue();
        assertThat(watch.reason()).isEqualTo("node 1 is sick");
        sick.clear();
        assertThat(watch.standsAside(image())).isTrue();
        sick.add(1);
        assertThat(watch.standsAside(image())).as("it was not over").isTrue();
        sick.clear();
        assertThat(watch.standsAside(image())).isTrue();
        assertThat(watch.standsAside(image())).isFalse();
    }

    @Test
    void lastNodeOfARoleStays() {
        nodes.put(1, Set.of(Role.BROKER, Role.PROXY));
        nodes.put(2, Set.of(Role.PROXY));
        nodes.put(3, Set.of(Role.CONTROLLER));
        sick.add(1);
        HealthWatch watch = watch(1);
        for (int beat = 0; beat < 50; beat++) {
            assertThat(watch.standsAside(image())).isFalse();
        }
    }

    @Test
    void nodeComesBackThoughItIsSickWhenNobodyElseIsThere() {
        cluster(3);
        HealthWatch watch = watch(1);
        sick.add(1);
        watch.standsAside(image());
        assertThat(watch.standsAside(image())).isTrue();
        fenced.addAll(Set.of(1, 2));
        assertThat(watch.standsAside(image())).isTrue();
        fenced.add(3);
        assertThat(watch.standsAside(image())).isFalse();
        assertThat(watch.standsAside(image())).isFalse();
    }

    @Test
    void whatAilsThemAllMakesAThirdStepAside() {
        for (int size = 1; size <= 9; size++) {
            nodes.clear();
            sick.clear();
            fenced.clear();
            cluster(size);
            List<HealthWatch> watches = watches();
            sick.addAll(nodes.keySet());
            for (int beat = 0; beat < 100; beat++) {
                beat(watches);
                assertThat(fenced.size()).as(size + " nodes").isLessThanOrEqualTo(limit());
            }
            assertThat(fenced).as(size + " nodes").hasSize(limit());
        }
    }

    @Test
    void nodesThatFallIllAtAnyTimeAreNeverTooManyForMoreThanABeat() {
        for (int round = 0; round < 300; round++) {
            Random random = new Random(round);
            nodes.clear();
            sick.clear();
            fenced.clear();
            cluster(1 + random.nextInt(9));
            List<HealthWatch> watches = watches();
            boolean tooMany = false;
            for (int beat = 0; beat < 100; beat++) {
                for (int id : nodes.keySet()) {
                    if (random.nextInt(15) == 0 && !sick.remove(id)) {
                        sick.add(id);
                    }
                }
                beat(watches);
                boolean now = fenced.size() > limit();
                assertThat(tooMany && now)
                        .as("seed " + round + ", beat " + beat + ", nodes " + nodes.size() + ", aside " + fenced)
                        .isFalse();
                tooMany = now;
            }
        }
    }

    private int limit() {
        return nodes.size() == 1 ? 0 : Math.max(1, nodes.size() / 3);
    }

    private List<HealthWatch> watches() {
        List<HealthWatch> watches = new ArrayList<>();
        nodes.keySet().forEach(id -> watches.add(watch(id)));
        return watches;
    }

    /** All look before any of them is seen by the others. */
    private void beat(List<HealthWatch> watches) {
        MetadataImage image = image();
        fenced.clear();
        for (int i = 0; i < watches.size(); i++) {
            if (watches.get(i).standsAside(image)) {
                fenced.add(i + 1);
            }
        }
    }

    private void cluster(int size) {
        for (int id = 1; id <= size; id++) {
            nodes.put(id, Set.of(Role.BROKER));
        }
    }

    private HealthWatch watch(int id) {
        RegistrationConfig base = RegistrationConfig.defaults(id, "cluster", List.of());
        RegistrationConfig config = new RegistrationConfig(
                id,
                base.clusterId(),
                base.endpoints(),
                base.rack(),
                nodes.getOrDefault(id, Set.of()),
                Duration.ofMillis(10),
                base.retryBackoff(),
                base.leaveTimeout(),
                base.heartbeatsInFlight());
        return new HealthWatch(
                config, TWO_BEATS, () -> sick.contains(id) ? Optional.of("node " + id + " is sick") : Optional.empty());
    }

    private MetadataImage image() {
        MetadataDelta delta =
                new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        delta.replay(new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 25));
        nodes.forEach((id, roles) -> {
            RegisterBrokerRecord record = new RegisterBrokerRecord()
                    .setBrokerId(id)
                    .setBrokerEpoch(id)
                    .setIncarnationId(new Uuid(5, id))
                    .setFenced(fenced.contains(id))
                    .setLogDirs(List.of(new Uuid(9, 900 + id)));
            roles.forEach(role -> record.features()
                    .add(new BrokerFeature().setName(role.feature()).setMaxSupportedVersion((short) 1)));
            delta.replay(record);
        });
        return delta.apply(new MetadataProvenance(8, 1, 1, true));
    }
}
