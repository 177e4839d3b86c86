package jrunc.config;

import java.nio.charset.StandardCharsets;
import java.util.List;
import jrunc.linux.Namespace;

/** The rules of config.md's top level: version, root, names, hooks and annotations. */
final class ConfigRules {
    private static final int NODE_NAME_MAX = 64;

    private ConfigRules() {}

    static void check(Config config, Violations found) {
        version(config.ociVersion(), found);
        if (config.root().path().isEmpty()) found.add(Rule.ROOT_PATH, "root.path", "is empty");
        boolean uts = config.linux().namespace(Namespace.UTS).isPresent();
        nodeName(Rule.HOSTNAME_NEEDS_UTS, "hostname", config.hostname().orElse(""), uts, found);
        nodeName(Rule.DOMAINNAME_NEEDS_UTS, "domainname", config.domainname().orElse(""), uts, found);
        hooks(config.hooks(), found);
        if (config.annotations().containsKey("")) {
            found.add(Rule.ANNOTATION_KEY, JsonPath.at("annotations", ""), "a key is empty");
        }
    }

    private static void version(String version, Violations found) {
        if (!isSemantic(version)) {
            found.add(Rule.VERSION, "ociVersion", JsonText.quoted(version) + " is not a version such as 1.3.0");
        } else if (!version.startsWith("1.")) {
            found.add(Rule.VERSION, "ociVersion", JsonText.quoted(version) + " is not a version that jrunc knows; it knows 1.x");
        }
    }

    private static void nodeName(Rule rule, String path, String name, boolean uts, Violations found) {
        if (name.isEmpty()) return;
        if (!uts) found.add(rule, path, "needs a namespace of type uts");
        if (name.getBytes(StandardCharsets.UTF_8).length > NODE_NAME_MAX) {
            found.add(Rule.NODE_NAME_LENGTH, path, "is longer than " + NODE_NAME_MAX + " bytes");
        }
    }

    private static void hooks(Hooks hooks, Violations found) {
        hooks(hooks.prestart(), "hooks.prestart", found);
        hooks(hooks.createRuntime(), "hooks.createRuntime", found);
        hooks(hooks.createContainer(), "hooks.createContainer", found);
        hooks(hooks.startContainer(), "hooks.startContainer", found);
        hooks(hooks.poststart(), "hooks.poststart", found);
        hooks(hooks.poststop(), "hooks.poststop", found);
    }

    private static void hooks(List<Hooks.Hook> hooks, String list, Violations found) {
        for (int i = 0; i < hooks.size(); i++) {
            var hook = hooks.get(i);
            var path = JsonPath.at(list, i);
            found.absolute(Rule.HOOK_PATH, path + ".path", hook.path());
            found.environment(Rule.HOOK_ENV, path + ".env", hook.env());
            if (hook.timeout().orElse(1) <= 0) {
                found.add(Rule.HOOK_TIMEOUT, path + ".timeout", hook.timeout().getAsLong() + " is not greater than 0");
            }
        }
    }

    /** Semantic Versioning 2.0.0: three numbers without leading zeros, then perhaps a pre-release and a build. */
    private static boolean isSemantic(String version) {
        int end = 0;
        while (end < version.length() && version.charAt(end) != '-' && version.charAt(end) != '+') end++;
        var numbers = version.substring(0, end).split("\\.", -1);
        if (numbers.length != 3) return false;
        for (var number : numbers) {
            if (!isNumber(number)) return false;
        }
        for (int i = end; i < version.length(); i++) {
            char c = version.charAt(i);
            boolean allowed = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-' || c == '+';
            if (!allowed) return false;
        }
        return end == version.length() || end < version.length() - 1;
    }

    private static boolean isNumber(String digits) {
        if (digits.isEmpty() || digits.length() > 1 && digits.charAt(0) == '0') return false;
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') return false;
        }
        return true;
    }
}
