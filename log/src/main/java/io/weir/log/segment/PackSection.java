package io.weir.log.segment;

import org.jspecify.annotations.Nullable;

/**
 * A segment in a pack, as the pack's directory tells of it.
 *
 * @param state null where it is so large that only the segment itself has it
 */
public record PackSection(SegmentSummary summary, @Nullable SegmentState state) {}
