package io.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.testkit.engine.EngineTestKit;

@WeirTest(
        records = WeirTest.Records.IN_TEMPORARY_DIRECTORY,
        topics = {@WeirTest.Topic(name = "orders", partitions = 6), @WeirTest.Topic(name = "invoices")},
        settings = {"auto.create.topics.enable=false", "num.partitions=4"})
class WeirTestTest {
    private final EmbeddedWeir ofConstructor;

    WeirTestTest(EmbeddedWeir weir) {
        this.ofConstructor = weir;
    }

    @BeforeAll
    static void isThereBeforeAll(EmbeddedWeir weir) {
        assertThat(weir.running()).isTrue();
    }

    @Test
    void topicsAreThere(EmbeddedWeir weir) throws ExecutionException, InterruptedException {
        assertThat(weir).isSameAs(ofConstructor);
        assertThat(Clients.partitions(weir.bootstrapServers(), "orders")).isEqualTo(6);
        assertThat(Clients.partitions(weir.bootstrapServers(), "invoices")).isEqualTo(1);
        Clients.produce(weir.bootstrapServers(), "orders", "hello");
        assertThat(Clients.consume(weir.bootstrapServers(), "orders", 1)).containsExactly("hello");
    }

    @Test
    @WeirTest
    void aMethodMayHaveOneOfItsOwn(EmbeddedWeir own) throws ExecutionException, InterruptedException {
        assertThat(own).isNotSameAs(ofConstructor);
        Clients.produce(own.bootstrapServers(), "made on the fly".replace(' ', '-'), "hello");
        assertThat(ofConstructor.running()).isTrue();
    }

    @Nested
    class Inside {
        @Test
        void getsTheOuterClasses(EmbeddedWeir weir) {
            assertThat(weir).isSameAs(ofConstructor);
        }
    }

    @Test
    void endsWithItsClassOrItsMethod() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(LifeCycle.class))
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.started(3).succeeded(3));
        assertThat(LifeCycle.SEEN).hasSize(3).allMatch(weir -> !weir.running());
        assertThat(LifeCycle.SEEN.stream().distinct()).hasSize(2);
    }

    @Test
    void aMistakeIsExplained() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(OnAMethodOnly.class))
                .execute()
                .testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                test("nowhere"),
                                finishedWithFailure(
                                        instanceOf(ParameterResolutionException.class),
                                        message(text -> text.contains("@WeirTest belongs on the class")))));
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(BadSetting.class))
                .execute()
                .allEvents()
                .assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(message(text -> text.contains("key=value, not nonsense")))));
    }

    @WeirTest
    static class LifeCycle {
        static final List<EmbeddedWeir> SEEN = new CopyOnWriteArrayList<>();

        @Test
        void outside(EmbeddedWeir weir) {
            SEEN.add(weir);
        }

        @Test
        @WeirTest
        void own(EmbeddedWeir weir) {
            SEEN.add(weir);
        }

        @Nested
        class Inner {
            @Test
            void inside(EmbeddedWeir weir) {
                assertThat(weir.running()).isTrue();
                SEEN.add(weir);
            }
        }
    }

    static class OnAMethodOnly {
        OnAMethodOnly(EmbeddedWeir weir) {
            assertThat(weir).isNotNull();
        }

        @Test
        @WeirTest
        void nowhere() {}
    }

    @WeirTest(settings = "nonsense")
    static class BadSetting {
        @Test
        void neverRuns() {}
    }
}
