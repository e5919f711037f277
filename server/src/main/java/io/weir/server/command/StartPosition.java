package io.weir.server.command;

import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a consumer begins. */
sealed interface StartPosition {
    /** At the first record. */
    record Beginning() implements StartPosition {}

    /** Behind the last record. */
    record End() implements StartPosition {}

    /** At an offset; a negative one counts from the end. */
    record Offset(long offset) implements StartPosition {}

    /** At the first record at or after a time. */
    record Timestamp(Instant instant) implements StartPosition {}

    /** Reads beginning, end, 17, -5, and points in time. */
    final class Converter implements ITypeConverter<StartPosition> {
        @Override
        public StartPosition convert(String value) {
            if (value.equals("beginning") || value.equals("earliest")) {
                return new Beginning();
            }
            if (value.equals("end") || value.equals("latest")) {
                return new End();
            }
            try {
                return value.matches("-?\\d{1,18}")
                        ? new Offset(Long.parseLong(value))
                        : new Timestamp(new InstantConverter().convert(value));
            } catch (TypeConversionException e) {
                throw new TypeConversionException("'" + value
                        + "' is no position: write beginning, end, an offset (-5: five before the end) or a time"
                        + " (2026-01-31T10:00:00Z, @1769853600000)");
            }
        }
    }
}
