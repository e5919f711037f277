package io.weir.server.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a node is started as a process of its own.
 *
 * @param words to which the path of a settings file is added
 * @param environment for it, besides this process's own
 */
public record NodeCommand(List<String> words, Map<String, String> environment) {
    /** A system property: the script that this process was started by. */
    public static final String SCRIPT = "weir.script";

    private static final String MEMORY = "-Xmx384m -XX:MaxDirectMemorySize=512m";

    /** Copies both. */
    public NodeCommand {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** As this process was started: by the script and from the same build, or else by Java alone. */
    public static NodeCommand likeThisProcess() {
        String classPath = System.getProperty("java.class.path", "");
        String script = System.getProperty(SCRIPT);
        return script == null ? java(classPath) : script(script, classPath);
    }

    private static NodeCommand script(String script, String jar) {
        @Nullable Path build = Path.of(jar).toAbsolutePath().getParent();
        return new NodeCommand(
                List.of("nohup", script, "start", "--config"),
                Map.of("WEIR_BUILD", String.valueOf(build), "WEIR_JVM_OPTS", MEMORY));
    }

    private static NodeCommand java(String classPath) {
        List<String> words = new ArrayList<>(List.of(
                "nohup", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        words.addAll(List.of(MEMORY.split(" ")));
        words.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                "io.weir.server.Main",
                "start",
                "--config"));
        return new NodeCommand(words, Map.of());
    }
}
