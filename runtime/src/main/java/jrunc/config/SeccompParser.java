package jrunc.config;

import static jrunc.config.ConfigParser.UINT32_MAX;
import static jrunc.config.ConfigParser.number;
import static jrunc.config.ConfigParser.orZero;
import static jrunc.config.ConfigParser.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the {@code linux.seccomp} object. */
final class SeccompParser {
    private SeccompParser() {}

    static Seccomp seccomp(JsonReader json) {
        String defaultAction = null;
        Long defaultErrnoRet = null;
        List<String> architectures = null;
        List<String> flags = null;
        String listenerPath = null;
        String listenerMetadata = null;
        List<Seccomp.Syscall> syscalls = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "defaultAction" -> defaultAction = json.string();
                case "defaultErrnoRet" -> defaultErrnoRet = json.integer(0, UINT32_MAX);
                case "architectures" -> architectures = json.strings();
                case "flags" -> flags = json.isNull() ? null : json.strings();
                case "listenerPath" -> listenerPath = json.string();
                case "listenerMetadata" -> listenerMetadata = json.string();
                case "syscalls" -> syscalls = syscalls(json);
                default -> json.passOver();
            }
        }
        json.require(defaultAction, "defaultAction");
        return new Seccomp(defaultAction, number(defaultErrnoRet), architectures, Optional.ofNullable(flags), text(listenerPath),
                text(listenerMetadata), syscalls);
    }

    private static List<Seccomp.Syscall> syscalls(JsonReader json) {
        List<Seccomp.Syscall> syscalls = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) syscalls.add(syscall(json));
        }
        return syscalls;
    }

    private static Seccomp.Syscall syscall(JsonReader json) {
        List<String> names = null;
        String action = null;
        Long errnoRet = null;
        List<Seccomp.Arg> args = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "names" -> names = json.strings();
                    case "action" -> action = json.string();
                    case "errnoRet" -> errnoRet = json.integer(0, UINT32_MAX);
                    case "args" -> args = args(json);
                    default -> json.passOver();
                }
            }
            json.require(names, "names");
            json.require(action, "action");
        }
        return new Seccomp.Syscall(names, action, number(errnoRet), args);
    }

    private static List<Seccomp.Arg> args(JsonReader json) {
        List<Seccomp.Arg> args = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) args.add(arg(json));
        }
        return args;
    }

    private static Seccomp.Arg arg(JsonReader json) {
        Long index = null;
        Long value = null;
        Long valueTwo = null;
        String op = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "index" -> index = json.integer(0, UINT32_MAX);
                    case "value" -> value = json.unsigned();
                    case "valueTwo" -> valueTwo = json.unsigned();
                    case "op" -> op = json.string();
                    default -> json.passOver();
                }
            }
            json.require(index, "index");
            json.require(value, "value");
            json.require(op, "op");
        }
        return new Seccomp.Arg(orZero(index), orZero(value), orZero(valueTwo), op);
    }
}
