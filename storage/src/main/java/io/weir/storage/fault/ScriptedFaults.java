package io.weir.storage.fault;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Faults by script: each waits for the next operation that it fits, happens once, and is gone. Any thread. */
public final class ScriptedFaults implements FaultPlan {
    private final List<Line> lines = new ArrayList<>();

    /** The next {@code operation} on a path that begins with {@code pathPrefix} meets {@code fault}. */
    public synchronized ScriptedFaults once(Operation operation, String pathPrefix, Fault fault) {
        lines.add(new Line(operation, pathPrefix, fault));
        return this;
    }

    /** Lines that have not happened yet. */
    public synchronized int remaining() {
        return lines.size();
    }

    @Override
    public synchronized Fault next(Operation operation, String path) {
        for (Iterator<Line> each = lines.iterator(); each.hasNext(); ) {
            Line line = each.next();
            if (line.operation() == operation && path.startsWith(line.pathPrefix())) {
                each.remove();
                return line.fault();
            }
        }
        return Fault.NONE;
    }

    private record Line(Operation operation, String pathPrefix, Fault fault) {}
}
