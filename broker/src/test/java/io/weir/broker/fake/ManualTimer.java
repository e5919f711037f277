package io.weir.broker.fake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.apache.kafka.server.util.timer.TimerTaskEntry;

/** A timer whose clock moves when a test says so; due tasks run on the test's thread. */
public final class ManualTimer implements Timer {
    private record Entry(TimerTask task, TimerTaskEntry handle, long dueMs, long sequence) {}

    private final AtomicLong nowMs = new AtomicLong();
    private final AtomicLong sequence = new AtomicLong();
    private final PriorityBlockingQueue<Entry> entries = new PriorityBlockingQueue<>(
            16, Comparator.comparingLong(Entry::dueMs).thenComparingLong(Entry::sequence));
    private volatile int added;

    @Override
    public synchronized void add(TimerTask task) {
        added++;
        long dueMs = nowMs.get() + task.delayMs;
        entries.add(new Entry(task, new TimerTaskEntry(task, dueMs), dueMs, sequence.getAndIncrement()));
    }

    @Override
    public boolean advanceClock(long byMs) {
        long until = nowMs.addAndGet(byMs);
        List<Entry> due = new ArrayList<>();
        Entry head;
        while ((head = entries.peek()) != null && head.dueMs() <= until) {
            due.add(entries.remove());
        }
        due.stream()
                .filter(entry -> !entry.handle().cancelled())
                .forEach(entry -> entry.task().run());
        return !due.isEmpty();
    }

    @Override
    public int size() {
        return (int)
                entries.stream().filter(entry -> !entry.handle().cancelled()).count();
    }

    /** Tasks that were ever added. */
    public int added() {
        return added;
    }

    @Override
    public void close() {
        entries.clear();
    }
}
