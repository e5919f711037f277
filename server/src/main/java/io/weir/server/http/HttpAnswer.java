package io.weir.server.http;

import java.nio.charset.StandardCharsets;

/**
 * An answer, whole.
 *
 * @param status HTTP's status code
 * @param body taken over, not changed later
 */
@SuppressWarnings("ArrayRecordComponent") // An answer is written once and never compared.
public record HttpAnswer(int status, String contentType, byte[] body) {
    /** Plain text. */
    public static HttpAnswer text(int status, String text) {
        return new HttpAnswer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A JSON document that is already written out. */
    public static HttpAnswer json(int status, String json) {
        return new HttpAnswer(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }
}
