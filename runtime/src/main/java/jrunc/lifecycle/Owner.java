package jrunc.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of a user, read from a passwd file: no name service is asked, for that would load other people's code. */
public final class Owner {
    private Owner() {}

    /** {@return the user who owns the directory, by name if /etc/passwd has one, else as {@code #1000}, as runc shows it} */
    public static String of(Path directory) throws IOException {
        return named((int) Files.getAttribute(directory, "unix:uid"), Path.of("/etc/passwd"));
    }

    /** @param uid unsigned */
    static String named(int uid, Path passwd) {
        try {
            return named(uid, Files.readAllBytes(passwd));
        } catch (IOException e) {
            return named(uid, new byte[0]); // a machine without the file has no names
        }
    }

    /** The same, of what the file says. */
    static String named(int uid, byte[] passwd) {
        var number = Integer.toUnsignedString(uid);
        var lines = new String(passwd, StandardCharsets.ISO_8859_1);
        for (int start = 0; start < lines.length(); ) {
            int end = lines.indexOf('\n', start);
            if (end < 0) end = lines.length();
            var name = nameIf(lines.substring(start, end), number);
            if (name != null) return name;
            start = end + 1;
        }
        return '#' + number;
    }

    /** {@return the first field of {@code name:password:uid:...} if the third is {@code uid}, else null} */
    private static String nameIf(String line, String uid) {
        int first = line.indexOf(':');
        int second = line.indexOf(':', first + 1);
        int third = line.indexOf(':', second + 1);
        boolean isUser = first > 0 && second > first && third > second && line.substring(second + 1, third).equals(uid);
        return isUser ? line.substring(0, first) : null;
    }
}
