package io.weir.server.http;

/** Answers GET requests for one path. Called on virtual threads, several at a time; may block. */
@FunctionalInterface
public interface HttpRoute {
    /** The answer; an exception becomes status 500. */
    HttpAnswer answer(HttpQuery query);
}
