package io.weir.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class VotersTest {
    @Test
    void readsWhatItWrites() {
        Voters voters = Voters.parse(List.of("3@c.example:9093", "1@10.0.0.1:9093", "2@[::1]:9094"));
        assertThat(voters).hasToString("1@10.0.0.1:9093,2@[::1]:9094,3@c.example:9093");
        assertThat(voters.contains(2)).isTrue();
        assertThat(voters.contains(4)).isFalse();
        assertThat(voters.address(3).orElseThrow().getHostString()).isEqualTo("c.example");
        assertThat(List.of(voters.position(1), voters.position(2), voters.position(3)))
                .containsExactly(0, 1, 2);
        assertThat(voters.majority()).isEqualTo(2);
    }

    @Test
    void saysWhatIsWrong() {
        assertWrong("1@10.0.0.1", "write <node.id>@<host>:<port>");
        assertWrong("a@10.0.0.1:9093", "write <node.id>@<host>:<port>");
        assertWrong("1@10.0.0.1:0", "1..65535");
        assertThatThrownBy(() -> Voters.parse(List.of("1@a:1", "1@b:1"))).hasMessageContaining("named twice");
        assertThatThrownBy(() -> Voters.parse(List.of("1@a:1", "2@a:1"))).hasMessageContaining("same address");
    }

    private static void assertWrong(String text, String message) {
        assertThatThrownBy(() -> Voters.parse(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(message);
    }
}
