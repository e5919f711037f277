package io.weir.server.http;

import java.util.List;

/** Whether the node can serve clients. Any thread; must not block. */
@FunctionalInterface
public interface Readiness {
    /** What is missing, one sentence each, for people; empty when the node is ready. */
    List<String> missing();
}
