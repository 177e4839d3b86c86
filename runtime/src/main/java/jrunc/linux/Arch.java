package jrunc.linux;

/** The processor families whose system-call numbers and instructions jrunc knows. */
public enum Arch {
    X86_64, AARCH64;

    /** {@return the family that the name of {@code os.arch} (Java) or {@code uname -m} means} */
    public static Arch named(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> throw new IllegalArgumentException("jrunc runs on x86-64 and aarch64, not on " + name);
        };
    }

    /** {@return the family of this JVM} */
    public static Arch host() {
        return named(System.getProperty("os.arch"));
    }
}
