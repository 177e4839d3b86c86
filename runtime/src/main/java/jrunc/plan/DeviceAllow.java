package jrunc.plan;

import static jrunc.plan.UnitProperties.property;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Resources.DeviceRule;
import jrunc.host.ServiceManager;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#allowed-device-list">config-linux.md, Allowed
 * Device list</a> as systemd keeps it, who makes a filter of its own from it beside {@link DeviceFilter}'s: a device must pass both. So
 * this one must let through all that the other does; of what systemd has no words for, such as a rule that denies, the other takes care.
 */
final class DeviceAllow {
    private static final long ANY = -1;

    private DeviceAllow() {}

    /**
     * {@return DeviceAllow emptied and filled, then DevicePolicy} In this order: a policy that comes first denies everything for a
     * moment, even to a container that runs.
     */
    static List<List<?>> of(List<DeviceRule> rules, ServiceManager manager) {
        List<List<?>> properties = new ArrayList<>();
        List<DeviceRule> allowed = new ArrayList<>();
        boolean all = false;
        for (var rule : rules) {
            boolean everything = rule.type().orElse("a").equals("a") && access(rule).length() == 3;
            if (everything) {
                all = rule.allow();
                allowed.clear();
            } else if (rule.allow()) {
                allowed.add(rule);
            }
        }
        allowed.addAll(DeviceFilter.defaults());
        properties.add(property("DeviceAllow", "a(ss)", List.of()));
        List<List<?>> entries = new ArrayList<>();
        for (var rule : allowed) {
            for (var node : nodes(rule, manager)) {
                if (!node.isEmpty()) entries.add(List.of(node, access(rule))); // a group that this kernel does not have has no devices
            }
        }
        if (!all) properties.add(property("DeviceAllow", "a(ss)", entries));
        properties.add(property("DevicePolicy", "s", all ? "auto" : "strict"));
        return properties;
    }

    private static String access(DeviceRule rule) {
        return rule.access().orElse("rwm");
    }

    /** {@return what systemd calls the devices of a rule: a node by its numbers, or a group} */
    private static List<String> nodes(DeviceRule rule, ServiceManager manager) {
        String type = rule.type().orElse("a");
        List<String> nodes = new ArrayList<>();
        if (!type.equals("b")) nodes.add(node("c", rule, manager));
        if (!type.equals("c")) nodes.add(node("b", rule, manager));
        return nodes;
    }

    private static String node(String type, DeviceRule rule, ServiceManager manager) {
        String kind = type.equals("c") ? "char" : "block";
        long major = rule.major().orElse(ANY);
        long minor = rule.minor().orElse(ANY);
        if (major >= 0 && minor >= 0) return "/dev/" + kind + "/" + major + ":" + minor;
        return major < 0 ? kind + "-*" : manager.deviceGroups().getOrDefault(type + " " + major, "");
    }
}
