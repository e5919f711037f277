package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Two servers for the whole class and one a test. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WeirExtensionTest {
    @RegisterExtension
    static final WeirExtension MEMORY = WeirExtension.inMemory()
            .withTopic("orders", 6)
            .withSetting("auto.create.topics.enable", "false")
            .build();

    @RegisterExtension
    static final WeirExtension FILES =
            WeirExtension.inTemporaryDirectory().withTopic("orders", 1).build();

    @RegisterExtension
    final WeirExtension own = WeirExtension.inMemory().withTopic("own", 1).build();

    @Test
    @Order(1)
    void eachHasItsTopics() throws ExecutionException, InterruptedException {
        assertThat(Clients.partitions(MEMORY.bootstrapServers(), "orders")).isEqualTo(6);
        assertThat(Clients.partitions(FILES.bootstrapServers(), "orders")).isEqualTo(1);
        Clients.produce(MEMORY.bootstrapServers(), "orders", "first");
        Clients.produce(own.bootstrapServers(), "own", "first");
    }

    @Test
    @Order(2)
    void theClassesServerIsStillTheSameAndTheTestsIsNew() throws ExecutionException, InterruptedException {
        Clients.produce(MEMORY.bootstrapServers(), "orders", "second");
        Clients.produce(own.bootstrapServers(), "own", "second");
        assertThat(Clients.consume(MEMORY.bootstrapServers(), "orders", 2)).containsExactly("first", "second");
        assertThat(Clients.consume(own.bootstrapServers(), "own", 1)).containsExactly("second");
    }

    @Test
    @Order(3)
    void canBeKilledAndStartedAgain() throws ExecutionException, InterruptedException {
        Clients.produce(FILES.bootstrapServers(), "orders", "acknowledged");
        FILES.kill();
        FILES.restart();
        assertThat(Clients.consume(FILES.bootstrapServers(), "orders", 1)).containsExactly("acknowledged");
        FILES.stop();
        FILES.restart();
        FILES.createTopic("later", 2);
        assertThat(Clients.partitions(FILES.bootstrapServers(), "later")).isEqualTo(2);
    }

    @Nested
    class Inside {
        @Test
        void theOuterClassesServerServes() {
            assertThat(MEMORY.weir().running()).isTrue();
        }
    }

    @Test
    void endsWithItsClassAndNotWithANestedOne() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(LifeCycle.class))
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.started(2).succeeded(2));
        assertThat(LifeCycle.SEEN).hasSize(2);
        assertThat(LifeCycle.SEEN.getFirst()).isSameAs(LifeCycle.SEEN.getLast());
        assertThat(LifeCycle.SEEN.getFirst().running()).isFalse();
        assertThatThrownBy(LifeCycle.WEIR::weir)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
    }

    static class LifeCycle {
        static final List<EmbeddedWeir> SEEN = new CopyOnWriteArrayList<>();

        @RegisterExtension
        static final WeirExtension WEIR = WeirExtension.inMemory().build();

        @Test
        void outside() {
            SEEN.add(WEIR.weir());
        }

        @Nested
        class Inner {
            @Test
            void inside() {
                assertThat(WEIR.weir().running()).isTrue();
                SEEN.add(WEIR.weir());
            }
        }
    }
}
