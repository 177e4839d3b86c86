package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jrunc.config.Rule;
import jrunc.config.Violation;
import jrunc.dbus.Variant;
import jrunc.dbus.VariantText;
import jrunc.dbus.WireException;

/**
 * Properties that annotations give to the container's unit, as runc and crun have it: {@code org.systemd.property.CollectMode} is
 * {@code 'inactive-or-failed'}, a value in GVariant's text form. A name that ends in Sec, which systemd only has in files, becomes the one
 * in microseconds.
 */
final class UnitAnnotations {
    private static final String PREFIX = "org.systemd.property.";
    private static final int SHORTEST = 3;
    private static final String SECONDS = "Sec";
    private static final double MICROSECONDS = 1e6;

    private UnitAnnotations() {}

    /** {@return the properties; those that are wrong are left out} */
    static List<List<?>> of(Map<String, String> annotations) {
        List<List<?>> properties = new ArrayList<>();
        for (var entry : annotations.entrySet()) {
            if (!entry.getKey().startsWith(PREFIX)) continue;
            String name = entry.getKey().substring(PREFIX.length());
            if (wrong(name, entry.getValue()) == null) properties.add(property(name, VariantText.parse(entry.getValue())));
        }
        return properties;
    }

    private static List<?> property(String name, Variant value) {
        boolean seconds = name.endsWith(SECONDS) && !name.endsWith("USec");
        if (!seconds) return List.of(name, value);
        double number = value.value() instanceof Double fraction ? fraction : (Long) value.value();
        return UnitProperties.property(name.substring(0, name.length() - SECONDS.length()) + "USec", "t", (long) (number * MICROSECONDS));
    }

    /** {@return what of the annotations is no property} */
    static List<Violation> refusals(Map<String, String> annotations) {
        List<Violation> refused = new ArrayList<>();
        for (var entry : annotations.entrySet()) {
            if (!entry.getKey().startsWith(PREFIX)) continue;
            String why = wrong(entry.getKey().substring(PREFIX.length()), entry.getValue());
            if (why != null) refused.add(new Violation("annotations." + entry.getKey(), why, Rule.CAN_BE_APPLIED));
        }
        return refused;
    }

    private static String wrong(String name, String value) {
        if (name.length() < SHORTEST) return "the name is too short for a property of systemd";
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')) return "the name of a property of systemd has letters only";
        }
        try {
            var read = VariantText.parse(value);
            boolean seconds = name.endsWith(SECONDS) && !name.endsWith("USec");
            boolean number = read.value() instanceof Long || read.value() instanceof Double;
            return seconds && !number ? "\"" + value + "\" is no number of seconds" : null;
        } catch (WireException e) {
            return e.getMessage() + ", in GVariant's text form";
        }
    }
}
