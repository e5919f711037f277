package io.weir.bench.run;

import io.weir.bench.cases.Progress;

/** Is told how a run goes on. */
public interface Watcher {
    /** A trial begins; what happens in it is told to the result. */
    Progress trial(int scenario, int scenarios, Scenario subject, int round, int rounds, String target);

    /** It has ended. */
    void ended(Attempt attempt);

    /** All trials of a scenario have ended. */
    void ended(Outcome outcome);

    /** Something that whoever watches should know. */
    void remark(String text);
}
