package io.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testkit.EmbeddedWeir;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each example in a few seconds: it has to prove its point, with numbers that fit together. */
class ExamplesTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void theFlashSaleServesEveryOrderAfterAPeak() throws Exception {
        assertThat(run(FlashSale::play, "--seconds", "4")).isTrue();
        List<Long> orders = numbers("Orders taken ([\\d,]+), served ([\\d,]+): lost ([\\d,]+), served twice ([\\d,]+)");
        assertThat(orders.get(0)).isEqualTo(orders.get(1)).isGreaterThan(500);
        assertThat(orders.subList(2, 4)).containsExactly(0L, 0L);
        assertThat(numbers("At the worst ([\\d,]+) were waiting").getFirst()).isGreaterThan(100);
    }

    @Test
    void theStoreFindsWhatCameWhileItWasDown() throws Exception {
        assertThat(run(StoreDown::play, "--seconds", "4")).isTrue();
        List<Long> orders = numbers("taken ([\\d,]+), refused ([\\d,]+); booked ([\\d,]+); shipped ([\\d,]+)");
        assertThat(orders.get(0))
                .isEqualTo(orders.get(2))
                .isEqualTo(orders.get(3))
                .isGreaterThan(100);
        assertThat(orders.get(1)).isZero();
        assertThat(numbers("([\\d,]+) of them came while the store was down").getFirst())
                .isPositive();
        assertThat(text()).contains("the store is DOWN");
    }

    @Test
    void everyQueuedMailIsSent() throws Exception {
        assertThat(run(SlowNotification::play, "--seconds", "4")).isTrue();
        List<Long> mails = numbers("Mails queued ([\\d,]+), sent ([\\d,]+): lost ([\\d,]+), sent twice ([\\d,]+)");
        assertThat(mails.get(0)).isEqualTo(mails.get(1)).isGreaterThan(5);
        assertThat(text()).contains("direct").contains("queued");
    }

    @Test
    void theLogsOfAllProcessesAreCollected() throws Exception {
        assertThat(run(LogCollection::play, "--seconds", "3")).isTrue();
        Matcher counts =
                Pattern.compile("Lines written (\\{.*}), collected (\\{.*})\\.").matcher(text());
        assertThat(counts.find()).isTrue();
        assertThat(counts.group(1))
                .isEqualTo(counts.group(2))
                .contains("billing=")
                .contains("cart=")
                .contains("search=");
    }

    @Test
    void anotherWeirCanBeUsedAgainAndAgain() throws Exception {
        try (EmbeddedWeir weir = EmbeddedWeir.inMemory()) {
            for (int i = 0; i < 2; i++) {
                assertThat(run(StoreDown::play, "--seconds", "1", "--bootstrap", weir.bootstrapServers()))
                        .isTrue();
            }
            assertThat(text()).contains("on " + weir.bootstrapServers());
        }
    }

    @Test
    void whatIsNotProvenIsSaid() throws Exception {
        Stage.Play waitsInVain = stage -> {
            stage.actor(() -> {
                while (!Thread.interrupted()) {
                    stage.pause(Duration.ofMillis(10));
                }
                return null;
            });
            return new Summary(false, List.of("Orders lost 3."));
        };
        assertThat(run(waitsInVain, "--seconds", "1")).isFalse();
        assertThat(text()).contains("Orders lost 3.").contains("THAT IS WRONG");
        assertThatThrownBy(() -> run(FlashSale::play, "--second", "1")).hasMessageContaining("--seconds N");
    }

    @Test
    void aTallyMissesNobodyAndNothingTwice() {
        Tally tally = new Tally();
        tally.sent("a");
        tally.sent("b");
        tally.arrived("a");
        assertThat(tally.complete()).isFalse();
        assertThat(tally.missing()).isEqualTo(1);
        tally.arrived("a");
        assertThat(tally.complete()).as("b is still missing").isFalse();
        assertThat(tally.surplus()).isEqualTo(1);
        tally.arrived("b");
        assertThat(tally.complete()).isTrue();
        tally.arrived("nobody's");
        assertThat(tally.surplus()).isEqualTo(2);
    }

    private boolean run(Stage.Play play, String... arguments) throws Exception {
        return Stage.run(new PrintStream(printed, true, StandardCharsets.UTF_8), "A play.", play, arguments);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private List<Long> numbers(String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text());
        assertThat(found.find()).as("%s in%n%s", pattern, text()).isTrue();
        return IntStream.rangeClosed(1, found.groupCount())
                .mapToObj(group -> Long.parseLong(found.group(group).replace(",", "")))
                .toList();
    }
}
