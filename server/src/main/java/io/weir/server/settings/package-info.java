/**
 * What a user may set: Kafka's names for Kafka's things, {@code weir.*} for Weir's own. Read once at the start by
 * {@link io.weir.server.settings.SettingsLoader}, checked as a whole by {@link io.weir.server.settings.WeirSettings},
 * handed to the components as values. A key is listed here only when something uses it.
 */
@NullMarked
package io.weir.server.settings;

import org.jspecify.annotations.NullMarked;
