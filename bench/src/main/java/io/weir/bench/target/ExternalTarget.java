package io.weir.bench.target;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** A system that somebody else has started and will stop. */
public record ExternalTarget(String name, String bootstrap, OptionalLong pid) implements Target {
    @Override
    public boolean startable() {
        return false;
    }

    @Override
    public void format(Path directory) {
        // Its data are its own.
    }

    @Override
    public Server launch(Path directory) {
        return new Running(bootstrap, pid.stream().boxed().toList());
    }

    private record Running(String bootstrap, List<Long> pids) implements Server {
        @Override
        public void close() {
            // It was not started here.
        }
    }
}
