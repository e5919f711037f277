package io.weir.bench.cases;

import java.util.function.Supplier;

/** What somebody who watches is told. Any thread. */
public interface Progress {
    /** A new part begins: {@code warm-up}. */
    void phase(String name);

    /** How it stands: {@code 43 %, 151 MB/s}. Called as often as one likes; asked for now and then. */
    void interim(Supplier<String> text);
}
