package io.weir.log.partition;

import io.weir.log.Partition.AppendListener;

/** For notes whose fate nobody waits for: the old note stays valid until the new one is durable. */
enum IgnoredListener implements AppendListener {
    INSTANCE;

    @Override
    public void acknowledged() {
        // The partition learns of the note itself.
    }

    @Override
    public void failed(Exception cause) {
        // The old note stays.
    }
}
