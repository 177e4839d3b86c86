package jrunc.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Writes the table of system calls that seccomp profiles are resolved with, from the kernel's own headers for user programs.
 * Debian has those of all architectures in one package; with the newest kernel's:
 * <pre>
 *   dpkg-deb -x linux-libc-dev_*_all.deb headers
 *   java runtime/src/build/java/jrunc/build/SyscallTables.java headers/usr/lib/linux/uapi headers/usr/include/linux \
 *       >runtime/src/main/resources/jrunc/seccomp/syscalls.txt
 * </pre>
 * Each line has 64 bytes, so a name is found by halving. {@code via} is what 32-bit x86 programs may ask for the same thing
 * by: the number of socketcall or ipc and its first argument.
 */
public final class SyscallTables {
    private static final Pattern NUMBER = Pattern.compile("#define __NR_(\\w+)\\s+\\(?(?:__X32_SYSCALL_BIT \\+|__NR_SYSCALL_BASE \\+)?\\s*(\\d+)\\)?\\s*");
    private static final Pattern ARM_PRIVATE = Pattern.compile("#define __ARM_NR_(\\w+)\\s+\\(__ARM_NR_BASE\\+(\\d+)\\)");
    private static final Pattern ALIAS = Pattern.compile("#define __NR_(\\w+)\\s+__NR_(\\w+)\\s*");
    private static final Pattern SOCKET_CALL = Pattern.compile("#define SYS_([A-Z0-9]+)\\s+(\\d+).*");
    private static final Pattern IPC_CALL = Pattern.compile("#define ((?:SEM|MSG|SHM)[A-Z]+)\\s+(\\d+)\\s*");
    private static final int ARM_BASE = 0x0f0000;
    private static final String LINE = "%-28s%5s%5s%7s%5s%5s%8s\n";

    private final Path machines;
    private final Path linux;

    private SyscallTables(Path machines, Path linux) {
        this.machines = machines;
        this.linux = linux;
    }

    public static void main(String[] args) throws IOException {
        System.out.print(new SyscallTables(Path.of(args[0]), Path.of(args[1])).text());
    }

    private String text() throws IOException {
        var x64 = numbers("x86/asm/unistd_64.h");
        var x86 = numbers("x86/asm/unistd_32.h");
        var x32 = numbers("x86/asm/unistd_x32.h");
        var a64 = numbers("arm64/asm/unistd_64.h");
        var arm = numbers("arm/asm/unistd-eabi.h");
        readArmPrivate(arm);
        var via = new TreeMap<String, String>();
        read(linux.resolve("net.h"), SOCKET_CALL, String::toLowerCase, call -> x86.get("socketcall") + ":" + call, via);
        read(linux.resolve("ipc.h"), IPC_CALL, String::toLowerCase, call -> x86.get("ipc") + ":" + call, via);
        var names = new java.util.TreeSet<String>();
        for (var table : java.util.List.of(x64, x86, x32, a64, arm, via)) names.addAll(table.keySet());
        var out = new StringBuilder();
        out.append("%-63s\n".formatted("# Linux " + version() + ", by SyscallTables.java; \"via\" belongs to x86"));
        out.append(LINE.formatted("# name", "x64", "x86", "via", "x32", "a64", "arm"));
        for (var name : names) {
            var line = LINE.formatted(name, or(x64, name), or(x86, name), or(via, name), or(x32, name), or(a64, name), or(arm, name));
            if (line.length() != 64) throw new IllegalStateException("too long: " + line);
            out.append(line);
        }
        return out.toString();
    }

    private static String or(Map<String, String> table, String name) {
        return table.getOrDefault(name, "-");
    }

    private TreeMap<String, String> numbers(String header) throws IOException {
        var numbers = new TreeMap<String, String>();
        read(machines.resolve(header), NUMBER, name -> name, number -> number, numbers);
        return numbers;
    }

    private void readArmPrivate(Map<String, String> arm) throws IOException {
        var header = machines.resolve("arm/asm/unistd.h");
        read(header, ARM_PRIVATE, name -> name, number -> Integer.toString(ARM_BASE + Integer.parseInt(number)), arm);
        for (var line : Files.readAllLines(header)) {
            var alias = ALIAS.matcher(line);
            if (alias.matches() && arm.containsKey(alias.group(2))) arm.put(alias.group(1), arm.get(alias.group(2)));
        }
    }

    private static void read(Path header, Pattern define, UnaryOperator<String> name, UnaryOperator<String> number, Map<String, String> into)
            throws IOException {
        for (var line : Files.readAllLines(header)) {
            var matcher = define.matcher(line);
            if (matcher.matches()) into.put(name.apply(matcher.group(1)), number.apply(matcher.group(2)));
        }
    }

    private String version() throws IOException {
        var define = Pattern.compile("#define LINUX_VERSION_(MAJOR|PATCHLEVEL|SUBLEVEL) (\\d+)");
        var parts = new TreeMap<String, String>();
        read(linux.resolve("version.h"), define, part -> part, number -> number, parts);
        return parts.get("MAJOR") + "." + parts.get("PATCHLEVEL") + "." + parts.get("SUBLEVEL");
    }
}
