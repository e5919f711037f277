package io.weir.server.settings;

/** How topics come and go. */
public record TopicSettings(boolean autoCreate, int defaultPartitions, boolean deletionEnabled) {}
