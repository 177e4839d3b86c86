package jrunc.plan;

import java.util.Optional;

/** What files of a cgroup say, before and after a write into them. */
final class Readback {
    /** What every kernel rounds memory to: aarch64 may have pages of 64 KiB. */
    private static final long PAGE = 65536;
    /** About what the kernel counts as no limit. */
    private static final long MOST = 1L << 60;
    private static final long DIGITS_OF_LONG = 18;

    private Readback() {}

    /**
     * {@return the text that undoes a write of {@code value}} A file with a line for each device has only one of them changed; a device
     * without a line has no limit.
     *
     * @param now what the file says
     */
    static String before(String file, String value, String now) {
        if (!isKeyed(file)) return now.isBlank() ? "\n" : now.stripTrailing();
        int space = value.indexOf(' ');
        String key = space < 0 ? "default" : value.substring(0, space);
        for (var line : now.split("\n")) {
            if (line.startsWith(key + " ")) return line;
        }
        if (file.startsWith("io.") && file.endsWith("weight")) return key + " default";
        var none = new StringBuilder(key);
        for (var word : value.substring(Math.max(space, 0)).strip().split(" ")) none.append(' ').append(word, 0, word.indexOf('=') + 1).append("max");
        return none.toString();
    }

    private static boolean isKeyed(String file) {
        return file.equals("io.max") || file.equals("io.weight") || file.equals("io.bfq.weight") || file.equals("rdma.max");
    }

    /** {@return what the file must say after the write, if that is known: lists are sorted by the kernel, and odd sizes rounded} */
    static Optional<String> expected(CgroupSetting setting) {
        String value = setting.value();
        if (setting.optional() || !setting.otherwise().isEmpty()) return Optional.empty();
        return switch (setting.file()) {
            case "pids.max", "cpu.weight", "cpu.idle", "cpu.max", "cpu.max.burst" -> Optional.of(value);
            case "memory.max", "memory.low", "memory.swap.max", "memory.high", "memory.min" -> isWhole(value, PAGE) ? Optional.of(value) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isWhole(String value, long unit) {
        if (value.equals("max")) return true;
        if (value.length() > DIGITS_OF_LONG) return false;
        for (int i = 0; i < value.length(); i++) {
            if (!Character.isDigit(value.charAt(i))) return false;
        }
        long number = Long.parseLong(value);
        return number % unit == 0 && number < MOST;
    }
}
