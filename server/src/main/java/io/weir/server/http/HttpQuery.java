package io.weir.server.http;

import java.util.Map;
import java.util.Optional;

/**
 * A request, as far as a route looks at it.
 *
 * @param path decoded, without the query
 * @param parameters of the query; of several with one name the first
 * @param accept the Accept header, "" when there is none
 */
public record HttpQuery(String path, Map<String, String> parameters, String accept) {
    /** A parameter of the query, when it is there and not empty. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }
}
