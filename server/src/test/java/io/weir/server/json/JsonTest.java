package io.weir.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("text", "a \"quoted\"\nline \u20ac");
        document.put("number", 9_007_199_254_740_993L);
        document.put("fraction", 0.5);
        document.put("list", Arrays.asList(true, false, null, List.of(), Map.of()));

        assertThat(Json.read(Json.write(document))).isEqualTo(document);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> Json.read("")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Json.read("[1,")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Json.read("<html>")).isInstanceOf(IOException.class);
    }
}
