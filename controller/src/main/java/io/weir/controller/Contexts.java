package io.weir.controller;

import io.weir.kafka.Call;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.ControllerRequestContext;

/** Tells the controller who asks and how long that one waits. Any thread. */
final class Contexts {
    private final Time time;

    Contexts(Time time) {
        this.time = time;
    }

    /** Waits for as long as it takes. */
    ControllerRequestContext of(Call call) {
        return new ControllerRequestContext(call.context(), OptionalLong.empty());
    }

    /** Fails with a time-out when the controller has not begun by then. */
    ControllerRequestContext of(Call call, int timeoutMs) {
        return new ControllerRequestContext(
                call.context(), ControllerRequestContext.requestTimeoutMsToDeadlineNs(time, timeoutMs));
    }
}
