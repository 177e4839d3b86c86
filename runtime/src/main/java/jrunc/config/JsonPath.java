package jrunc.config;

/** Where a reader is in a JSON text; costs nothing until somebody asks for the words. */
final class JsonPath {
    private final String[] keys;
    private final boolean[] free;
    private final int[] indexes;
    private int depth = -1;

    JsonPath(int maxDepth) {
        keys = new String[maxDepth];
        free = new boolean[maxDepth];
        indexes = new int[maxDepth];
    }

    /** {@return how many objects and arrays are open, less one} */
    int depth() {
        return depth;
    }

    void enter() {
        depth++;
        keys[depth] = null;
        indexes[depth] = -1;
    }

    void leave() {
        depth--;
    }

    /** Goes to a property whose name the spec gives. */
    void key(String key) {
        keys[depth] = key;
        free[depth] = false;
    }

    /** Goes to a property whose name is the user's own. */
    void freeKey(String key) {
        keys[depth] = key;
        free[depth] = true;
    }

    void nextIndex() {
        indexes[depth]++;
    }

    /** {@return whether the place is an element of an array} */
    boolean atIndex() {
        return depth >= 0 && keys[depth] == null;
    }

    /** {@return the path of {@code property} of the object just left} */
    String of(String property) {
        var here = toString();
        return here.isEmpty() ? property : here + '.' + property;
    }

    /** {@return the path as messages show it: {@code mounts[3].options[0]}, {@code linux.sysctl["net.ipv4.ip_forward"]}} */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int i = 0; i <= depth; i++) {
            if (keys[i] == null) text.append('[').append(indexes[i]).append(']');
            else if (free[i] || !isWord(keys[i])) text.append('[').append(JsonText.quoted(keys[i])).append(']');
            else text.append(text.isEmpty() ? "" : ".").append(keys[i]);
        }
        return text.toString();
    }

    private static boolean isWord(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-')) return false;
        }
        return !key.isEmpty();
    }

    /** {@return {@code path["key"]}, for a key of the user's own} */
    static String at(String path, String key) {
        return path + '[' + JsonText.quoted(key) + ']';
    }

    /** {@return {@code path[index]}} */
    static String at(String path, int index) {
        return path + '[' + index + ']';
    }
}
