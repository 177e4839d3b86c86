package jrunc.tape;

import jrunc.linux.Errno;

/**
 * For which result the cells that follow are played: for any other they are skipped. A result that is named here is no
 * failure. Skips only go forward, so a tape always ends.
 */
public sealed interface On {
    /** {@return the number in the cell} */
    int code();

    /** {@return whether {@code result} is the one} */
    boolean matches(long result);

    String shown();

    /** One result: 0, or the negative of an errno. */
    record Value(int code) implements On {
        public Value {
            if (code > 0 || code < -4095) throw new IllegalArgumentException("on " + code + ": neither 0 nor -errno");
        }

        @Override public boolean matches(long result) {
            return result == code;
        }

        @Override public String shown() {
            var errno = Errno.of(code);
            return errno == null ? Integer.toString(code) : errno.name();
        }
    }

    /** Any result that is no error. */
    record Success() implements On {
        public static final int CODE = 1;

        @Override public int code() {
            return CODE;
        }

        @Override public boolean matches(long result) {
            return !Errno.isError(result);
        }

        @Override public String shown() {
            return "success";
        }
    }

    /** No condition: the next cell follows. */
    int NONE = 2;
}
