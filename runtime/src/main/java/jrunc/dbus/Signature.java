package jrunc.dbus;

/** The types of values, in D-Bus' letters: {@code a(sv)} is an array of pairs of a string and a value of any type. */
public final class Signature {
    private Signature() {}

    /** {@return where the complete type that begins at {@code at} ends} */
    static int end(String signature, int at) {
        char type = at < signature.length() ? signature.charAt(at) : '\0';
        switch (type) {
            case 'a':
                return end(signature, at + 1);
            case '(', '{':
                char last = type == '(' ? ')' : '}';
                int next = at + 1;
                while (next < signature.length() && signature.charAt(next) != last) next = end(signature, next);
                if (next >= signature.length() || next == at + 1) throw new WireException("the signature \"" + signature + "\" ends in the middle");
                return next + 1;
            default:
                if ("ybnqiuxtdsogv".indexOf(type) < 0) throw new WireException("no type begins at " + at + " of the signature \"" + signature + "\"");
                return at + 1;
        }
    }

    /** {@return what the place of a value of this type is a multiple of, in bytes} */
    static int alignment(char type) {
        switch (type) {
            case 'y', 'g', 'v':
                return 1;
            case 'n', 'q':
                return 2;
            case 'x', 't', 'd', '(', '{':
                return 8;
            default:
                return 4;
        }
    }

    /** {@return how many bytes a value of this type takes if that is fixed, else 0} */
    static int size(char type) {
        switch (type) {
            case 'y':
                return 1;
            case 'n', 'q':
                return 2;
            case 'b', 'i', 'u':
                return 4;
            case 'x', 't', 'd':
                return 8;
            default:
                return 0;
        }
    }
}
