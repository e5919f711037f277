package io.weir.server.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/** Which boot of the machine this is: as long as it is the same, no power was lost and files hold what was written. */
final class BootId {
    private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");

    private BootId() {}

    /** ZERO, which claims nothing, where the system does not say. */
    static Uuid read() {
        try {
            UUID id = UUID.fromString(Files.readString(LINUX).strip());
            return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
        } catch (IOException | IllegalArgumentException e) {
            return Uuid.ZERO_UUID;
        }
    }
}
