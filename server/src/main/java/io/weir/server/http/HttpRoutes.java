package io.weir.server.http;

import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path is answered by what. Immutable; any thread. */
public final class HttpRoutes {
    /** Stands for a request that is not HTTP; no client can ask for it. */
    static final String MALFORMED = "";

    private static final Logger LOGGER = LoggerFactory.getLogger(HttpRoutes.class);

    private final Map<String, HttpRoute> byPath;

    /** @param byPath exact paths, each beginning with a slash */
    public HttpRoutes(Map<String, HttpRoute> byPath) {
        this.byPath = new TreeMap<>(byPath);
    }

    /** Answers any request: 400, 404, 405 and 500 come from here. */
    HttpAnswer answer(String method, HttpQuery query) {
        if (query.path().equals(MALFORMED)) {
            return HttpAnswer.text(400, "This is not a request that I understand.\n");
        }
        HttpRoute route = byPath.get(query.path());
        if (route == null) {
            return HttpAnswer.text(
                    404, "Nothing is at " + query.path() + ". There is: " + String.join(" ", byPath.keySet()) + "\n");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return HttpAnswer.text(405, method + " is not possible here, only GET and HEAD.\n");
        }
        try {
            return route.answer(query);
        } catch (RuntimeException e) {
            LOGGER.error("event=http_route_failed path={}", query.path(), e);
            return HttpAnswer.text(500, "The answer could not be made; the log says why.\n");
        }
    }
}
