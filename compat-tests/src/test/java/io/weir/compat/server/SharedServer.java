package io.weir.compat.server;

import io.weir.compat.support.Cluster;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test a {@link Cluster} on the one server that all test classes share: started with the first of them, stopped
 * after the last. Each test gets a cluster of its own, whose clients are closed when the test ends.
 */
public final class SharedServer implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SharedServer.class);

    /** Short sessions and heartbeats, so that a member's death is noticed in seconds. */
    private static final Map<String, String> SETTINGS = Map.of(
            "group.initial.rebalance.delay.ms", "0",
            "group.min.session.timeout.ms", "1000",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.session.timeout.ms", "3000",
            "group.consumer.min.heartbeat.interval.ms", "200",
            "group.consumer.heartbeat.interval.ms", "300");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ServerUnderTest server = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(ServerUnderTest.class, key -> open(), ServerUnderTest.class);
        return context.getStore(NAMESPACE).computeIfAbsent(Cluster.class, key -> new Cluster(server), Cluster.class);
    }

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    private static ServerUnderTest open() {
        String external = System.getProperty("weir.test.bootstrap");
        if (external != null) {
            return new ExternalServer(external);
        }
        Path data = Path.of("target", "data", "shared-" + Uuid.randomUuid());
        return new ServerProcess("shared", data, SETTINGS).start();
    }
}
