package jrunc.config;

import java.util.List;
import java.util.OptionalLong;

/** The rules of config-linux.md's Seccomp section. */
final class SeccompRules {
    static final String[] ACTIONS = {
        "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "SCMP_ACT_TRACE",
        "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY"};
    static final String[] FLAGS = {
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"};
    static final String[] OPERATORS = {
        "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"};
    static final String[] ARCHITECTURES = {
        "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_LOONGARCH64",
        "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64",
        "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390", "SCMP_ARCH_S390X",
        "SCMP_ARCH_SH", "SCMP_ARCH_SHEB", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64"};
    private static final long MAX_ERRNO = 4095;
    private static final String NOTIFY = "SCMP_ACT_NOTIFY";

    private SeccompRules() {}

    static void check(Seccomp seccomp, Violations found) {
        var at = "linux.seccomp";
        found.oneOf(Rule.SECCOMP_ACTION, at + ".defaultAction", seccomp.defaultAction(), ACTIONS);
        if (seccomp.defaultAction().equals(NOTIFY)) {
            found.add(Rule.SECCOMP_ACTION, at + ".defaultAction", NOTIFY + " cannot be the default: nobody could answer its own calls");
        }
        errno(seccomp.defaultErrnoRet(), seccomp.defaultAction(), at + ".defaultErrnoRet", found);
        for (int i = 0; i < seccomp.architectures().size(); i++) {
            found.oneOf(Rule.SECCOMP_ARCHITECTURE, JsonPath.at(at + ".architectures", i), seccomp.architectures().get(i), ARCHITECTURES);
        }
        var flags = seccomp.flags().orElse(List.of());
        for (int i = 0; i < flags.size(); i++) found.oneOf(Rule.SECCOMP_FLAG, JsonPath.at(at + ".flags", i), flags.get(i), FLAGS);
        for (int i = 0; i < seccomp.syscalls().size(); i++) {
            syscall(seccomp.syscalls().get(i), JsonPath.at(at + ".syscalls", i), found);
        }
        listener(seccomp, at, found);
    }

    private static void syscall(Seccomp.Syscall syscall, String path, Violations found) {
        if (syscall.names().isEmpty()) found.add(Rule.SECCOMP_NAMES, path + ".names", "is empty");
        found.oneOf(Rule.SECCOMP_ACTION, path + ".action", syscall.action(), ACTIONS);
        errno(syscall.errnoRet(), syscall.action(), path + ".errnoRet", found);
        for (int i = 0; i < syscall.args().size(); i++) {
            var arg = syscall.args().get(i);
            var at = JsonPath.at(path + ".args", i);
            if (arg.index() > 5) found.add(Rule.SECCOMP_ARG, at + ".index", arg.index() + " is not in the range 0 to 5");
            found.oneOf(Rule.SECCOMP_ARG, at + ".op", arg.op(), OPERATORS);
        }
    }

    private static void errno(OptionalLong errno, String action, String path, Violations found) {
        if (errno.isEmpty()) return;
        boolean returnsIt = action.equals("SCMP_ACT_ERRNO") || action.equals("SCMP_ACT_TRACE");
        if (!returnsIt) found.add(Rule.SECCOMP_ERRNO, path, JsonText.quoted(action) + " returns no errno");
        else if (errno.getAsLong() > MAX_ERRNO) found.add(Rule.SECCOMP_ERRNO, path, errno.getAsLong() + " is above " + MAX_ERRNO);
    }

    private static void listener(Seccomp seccomp, String at, Violations found) {
        found.absolute(Rule.SECCOMP_LISTENER, at + ".listenerPath", seccomp.listenerPath().orElse("/"));
        if (seccomp.listenerPath().isPresent()) return;
        if (seccomp.listenerMetadata().isPresent()) {
            found.add(Rule.SECCOMP_LISTENER, at + ".listenerMetadata", "needs a listenerPath");
        }
        for (var syscall : seccomp.syscalls()) {
            if (!syscall.action().equals(NOTIFY)) continue;
            found.add(Rule.SECCOMP_LISTENER, at + ".listenerPath", "is missing, but needed for " + NOTIFY);
            return;
        }
    }
}
