package jrunc.linux;

/** A message is one line, whatever names are in it. */
public final class OneLine {
    private OneLine() {}

    /** {@return {@code text} with control characters as their escapes, for a name may hold any} */
    public static String of(String text) {
        var line = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) line.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    else line.append(c);
                }
            }
        }
        return line.toString();
    }
}
