package io.weir.server.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.util.OptionalInt;

/**
 * What cluster somebody wants to have.
 *
 * @param brokers nodes that own partitions and groups; without proxies of their own they talk to clients, too
 * @param proxies nodes that only talk to clients
 * @param controllers voters
 * @param port of the first node that clients connect to, the next ones follow; absent: 9092 and on, or where it is free
 */
public record LocalWish(int brokers, int proxies, int controllers, OptionalInt port) {
    private static final int MOST = 50;

    /** Holds it within what one machine may bear. */
    public LocalWish {
        check(brokers >= 1 && brokers <= MOST, "--brokers " + brokers + ": between 1 and " + MOST);
        check(proxies >= 0 && proxies <= MOST, "--proxies " + proxies + ": between 0 and " + MOST);
        check(
                controllers == 1 || controllers == 3 || controllers == 5,
                "--controllers " + controllers + ": 1, 3 or 5, of which most must be up");
    }

    /** How many nodes clients connect to. */
    int fronts() {
        return proxies == 0 ? brokers : proxies;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new WeirException(FaultKind.INVALID, message);
        }
    }
}
