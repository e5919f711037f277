package io.weir.bench.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Weir, started by its own launcher.
 *
 * @param launcher {@code bin/weir} of a checkout
 * @param build the build that it runs, so that a change of a source starts no build in the middle of a measurement; empty
 *     for the launcher's own choice
 * @param settings {@code key=value}, beyond those that place it
 */
public record WeirTarget(String name, Path launcher, String build, List<String> settings) implements Target {
    @Override
    public boolean startable() {
        return true;
    }

    @Override
    public void format(Path directory) throws IOException {
        Files.createDirectories(directory); // A node formats its directory by itself when it starts.
    }

    @Override
    public Server launch(Path directory) throws IOException {
        String address = "127.0.0.1:" + FreePorts.next();
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "start"));
        set(command, "weir.data.dir=" + directory.resolve("data"));
        set(command, "listeners=PLAINTEXT://" + address);
        set(command, "weir.http.listener=127.0.0.1:" + FreePorts.next());
        settings.forEach(setting -> set(command, setting));
        Map<String, String> environment = build.isEmpty() ? Map.of() : Map.of("WEIR_BUILD", build);
        return ServerProcess.start(command, environment, directory.resolve("server.log"), address);
    }

    private static void set(List<String> command, String setting) {
        command.add("--set");
        command.add(setting);
    }
}
