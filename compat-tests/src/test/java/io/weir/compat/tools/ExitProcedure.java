package io.weir.compat.tools;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/** Keeps the first status that a tool exits with (some catch what ends them, and exit again), and runs its hooks. */
final class ExitProcedure implements Exit.Procedure, Exit.ShutdownHookAdder {
    private final List<Runnable> hooks = new ArrayList<>();
    private @Nullable Integer status;

    @Override
    public void execute(int statusCode, @Nullable String message) {
        if (status == null) {
            status = statusCode;
        }
        throw new ToolExit(statusCode);
    }

    @Override
    public void addShutdownHook(@Nullable String name, Runnable hook) {
        hooks.add(hook);
    }

    void runHooks() {
        hooks.forEach(Runnable::run);
    }

    int status() {
        return status == null ? 0 : status;
    }
}
