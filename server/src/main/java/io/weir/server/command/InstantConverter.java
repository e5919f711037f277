package io.weir.server.command;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 2026-01-31T10:00:00Z, with another offset, without one (local time), a date alone, or @ and milliseconds. */
final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
        try {
            if (value.startsWith("@")) {
                return Instant.ofEpochMilli(Long.parseLong(value.substring(1)));
            }
            if (!value.contains("T")) {
                return LocalDate.parse(value)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant();
            }
            if (value.matches(".*T.*(Z|[+-]\\d\\d(:?\\d\\d)?)")) {
                return value.endsWith("Z")
                        ? Instant.parse(value)
                        : OffsetDateTime.parse(value)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toInstant();
            }
            return LocalDateTime.parse(value).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException | NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + value + "' is no point in time: write 2026-01-31T10:00:00Z, 2026-01-31 or @1769853600000");
        }
    }
}
