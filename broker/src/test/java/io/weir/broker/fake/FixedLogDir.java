package io.weir.broker.fake;

import io.weir.broker.describe.LogDir;

/** A directory of 1,000 bytes of which 400 are free. */
public record FixedLogDir() implements LogDir {
    @Override
    public String name() {
        return "/data/weir";
    }

    @Override
    public long totalBytes() {
        return 1_000;
    }

    @Override
    public long usableBytes() {
        return 400;
    }
}
