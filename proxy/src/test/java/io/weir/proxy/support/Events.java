package io.weir.proxy.support;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens when, in a simulation: the one thread runs it in the order of time, and moves clock and timer along. */
public final class Events {
    private final ManualTime time;
    private final ManualTimer timer;
    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::number));
    private long number;

    private record Event(long atMs, long number, Runnable what) {}

    public Events(ManualTime time, ManualTimer timer) {
        this.time = time;
        this.timer = timer;
    }

    public long nowMs() {
        return time.milliseconds();
    }

    public void at(long atMs, Runnable what) {
        queue.add(new Event(Math.max(atMs, nowMs()), number++, what));
    }

    public void after(long ms, Runnable what) {
        at(nowMs() + ms, what);
    }

    /** Runs for so long. */
    public void run(long ms) {
        long endMs = nowMs() + ms;
        while (nowMs() < endMs || (!queue.isEmpty() && queue.peek().atMs <= endMs)) {
            Event next = queue.peek();
            if (next != null && next.atMs <= nowMs()) {
                queue.remove();
                next.what.run();
            } else {
                time.advance(1);
                timer.advanceClock(1);
            }
        }
    }
}
