package io.weir.proxy.support;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;

/** A timer that moves when the test says so. */
public final class ManualTimer implements Timer {
    private record Due(long atMs, TimerTask task) {}

    private final List<Due> tasks = new ArrayList<>();
    private long nowMs;

    @Override
    public void add(TimerTask task) {
        tasks.add(new Due(nowMs + task.delayMs, task));
    }

    @Override
    public boolean advanceClock(long ms) {
        nowMs += ms;
        List<Due> due = tasks.stream()
                .filter(task -> task.atMs <= nowMs)
                .sorted(Comparator.comparingLong(Due::atMs))
                .toList();
        tasks.removeAll(due);
        due.forEach(one -> one.task.run());
        return !due.isEmpty();
    }

    @Override
    public int size() {
        return tasks.size();
    }

    @Override
    public void close() {
        tasks.clear();
    }
}
