package io.weir.log.segment;

import io.weir.storage.StorePaths;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which pack.
 *
 * @param node the node that wrote it
 * @param brokerEpoch that node's epoch then
 * @param sequence counts the packs of that node and epoch
 */
public record PackId(int node, long brokerEpoch, long sequence) {
    /** What the paths of all packs begin with. */
    public static final String PREFIX = "packs/";

    private static final Pattern PATH = Pattern.compile("packs/(\\d{1,10})-(\\d{1,19})/(\\d{20})");

    /** Checks that no number is negative. */
    public PackId {
        if (node < 0 || brokerEpoch < 0 || sequence < 0) {
            throw new IllegalArgumentException(
                    "Not a pack: node " + node + ", broker epoch " + brokerEpoch + ", sequence " + sequence);
        }
    }

    /** {@code packs/<node>-<broker epoch>/<sequence>}. */
    public String path() {
        return PREFIX + node + "-" + brokerEpoch + "/" + String.format(Locale.ROOT, "%020d", sequence);
    }

    /** The pack of that path, if it is one's. */
    public static Optional<PackId> parse(String path) {
        Matcher parts = PATH.matcher(StorePaths.check(path));
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            PackId id = new PackId(
                    Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3)));
            return id.path().equals(path) ? Optional.of(id) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // a number beyond its type
        }
    }
}
