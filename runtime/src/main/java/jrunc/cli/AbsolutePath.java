package jrunc.cli;

/** A path as commands hold it: absolute, whatever the working directory becomes later. */
final class AbsolutePath {
    private AbsolutePath() {}

    /**
     * {@return {@code path} seen from {@code directory}, without empty components, {@code .} and a last slash}. A {@code ..}
     * stays, because what is before it may be a symbolic link; only directly below {@code /} it goes, as it does for the kernel.
     */
    static String of(String directory, String path) {
        var whole = path.startsWith("/") ? path : directory + '/' + path;
        var clean = new StringBuilder();
        for (int start = 0; start < whole.length(); ) {
            int slash = whole.indexOf('/', start);
            int end = slash < 0 ? whole.length() : slash;
            append(clean, whole.substring(start, end));
            start = end + 1;
        }
        return clean.isEmpty() ? "/" : clean.toString();
    }

    private static void append(StringBuilder clean, String component) {
        boolean isNowhere = component.isEmpty() || component.equals(".") || component.equals("..") && clean.isEmpty();
        if (!isNowhere) clean.append('/').append(component);
    }
}
