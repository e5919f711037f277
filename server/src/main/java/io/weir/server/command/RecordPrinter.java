package io.weir.server.command;

import io.weir.server.json.Json;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Prints records, one a line: as JSON, by a format, or the value after the columns that are asked for. */
final class RecordPrinter {
    /** Columns that can be shown before the value. */
    static final List<String> COLUMNS = List.of("topic", "partition", "offset", "timestamp", "key", "headers");

    private final PrintWriter out;
    private final boolean json;
    private final @Nullable String format;
    private final Set<String> columns;

    /**
     * @param format with %t topic, %p partition, %o offset, %T timestamp, %k key, %h headers, %v value, %% and
     *     \n, \t; null for columns
     */
    RecordPrinter(PrintWriter out, boolean json, @Nullable String format, Set<String> columns) {
        this.out = out;
        this.json = json;
        this.format = format;
        this.columns = columns;
    }

    void print(ConsumerRecord<byte[], byte[]> record) {
        if (json) {
            out.println(Json.write(document(record)));
        } else if (format != null) {
            out.print(formatted(record, format));
        } else {
            StringBuilder line = new StringBuilder();
            for (String column : COLUMNS) {
                if (columns.contains(column)) {
                    line.append(column(record, column)).append('\t');
                }
            }
            out.println(line.append(text(record.value())));
        }
    }

    private static Map<String, @Nullable Object> document(ConsumerRecord<byte[], byte[]> record) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("topic", record.topic());
        document.put("partition", record.partition());
        document.put("offset", record.offset());
        document.put("timestampMs", record.timestamp());
        put(document, "key", record.key());
        put(document, "value", record.value());
        List<Map<String, @Nullable Object>> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("key", header.key());
            put(row, "value", header.value());
            headers.add(row);
        }
        document.put("headers", headers);
        return document;
    }

    /** As text when the bytes are UTF-8; else under the name with {@code Base64} behind it. */
    private static void put(Map<String, @Nullable Object> document, String name, byte @Nullable [] bytes) {
        if (bytes == null) {
            document.put(name, null);
            return;
        }
        try {
            document.put(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            document.put(name + "Base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    private static String formatted(ConsumerRecord<byte[], byte[]> record, String format) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if ((c != '%' && c != '\\') || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            char next = format.charAt(++i);
            text.append(
                    switch (next) {
                        case 'n' -> c == '\\' ? "\n" : "%n";
                        case 't' -> c == '\\' ? "\t" : record.topic();
                        case 'p' -> column(record, "partition");
                        case 'o' -> column(record, "offset");
                        case 'T' -> column(record, "timestamp");
                        case 'k' -> column(record, "key");
                        case 'h' -> column(record, "headers");
                        case 'v' -> text(record.value());
                        case '%', '\\' -> String.valueOf(next);
                        default -> String.valueOf(c) + next;
                    });
        }
        return text.toString();
    }

    private static String column(ConsumerRecord<byte[], byte[]> record, String name) {
        return switch (name) {
            case "topic" -> record.topic();
            case "partition" -> String.valueOf(record.partition());
            case "offset" -> String.valueOf(record.offset());
            case "timestamp" -> String.valueOf(record.timestamp());
            case "key" -> text(record.key());
            case "headers" -> headers(record);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static String headers(ConsumerRecord<byte[], byte[]> record) {
        List<String> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(header.key() + "=" + text(header.value())));
        return String.join(",", headers);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
