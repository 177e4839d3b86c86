package jrunc.plan;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Config;
import jrunc.config.Rule;
import jrunc.config.Violation;
import jrunc.host.Host;
import jrunc.host.ServiceManager;

/**
 * The systemd unit that holds a container, a transient scope. For it cgroupsPath is {@code slice:prefix:name}; what is missing is
 * system.slice (an ordinary user's: user.slice), {@value #PREFIX}, and the container's id.
 *
 * @param unit     {@code jrunc-ID.scope}
 * @param slice    the unit above it
 * @param subgroup the cgroup below the scope's own that the container is in, if it is to be another
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/systemd.scope.html">systemd.scope(5)</a>
 */
public record Scope(String unit, String slice, String subgroup) {
    /** crun's: the name of a cgroup between the scope's and the container's processes, so that both sides may have controllers. */
    static final String SUBGROUP = "run.oci.systemd.subgroup";
    private static final String PREFIX = "jrunc";
    private static final String SLICE = ".slice";
    private static final int LONGEST = 255;
    /** Beside letters and digits, see systemd.unit(5). */
    private static final String ALLOWED = ":-_.\\@";

    /** {@return the scope of a container; that of a config that is refused may have no good name} */
    public static Scope of(Config config, String id, Host host) {
        String[] parts = config.linux().cgroupsPath().orElse("").split(":", -1);
        String slice = parts.length == 3 ? parts[0] : "";
        String prefix = parts.length == 3 ? parts[1] : "";
        String name = parts.length == 3 ? parts[2] : "";
        if (slice.isEmpty()) slice = Cgroups.mayLackRight(host) ? "user.slice" : "system.slice";
        return new Scope((prefix.isEmpty() ? PREFIX : prefix) + "-" + (name.isEmpty() ? id : name) + ".scope", slice,
                config.annotations().getOrDefault(SUBGROUP, ""));
    }

    /** {@return the cgroup of the unit, from the root of the tree} */
    public String cgroup(ServiceManager manager) {
        return InRoot.clean(manager.cgroup() + expanded(slice) + "/" + unit);
    }

    /** {@return the cgroup that the container is in} */
    public String containerCgroup(ServiceManager manager) {
        return subgroup.isEmpty() ? cgroup(manager) : cgroup(manager) + "/" + subgroup;
    }

    /** {@return where a slice is: of {@code a-b.slice} it is {@code /a.slice/a-b.slice}, and {@code -.slice} is the root} */
    static String expanded(String slice) {
        if (slice.equals("-" + SLICE)) return "";
        var path = new StringBuilder();
        for (int dash = slice.indexOf('-'); dash >= 0; dash = slice.indexOf('-', dash + 1)) path.append('/').append(slice, 0, dash).append(SLICE);
        return path.append('/').append(slice).toString();
    }

    /** {@return what of the config says no scope that can be} */
    static List<Violation> refusals(Config config, String id, Host host) {
        List<Violation> refused = new ArrayList<>();
        String path = config.linux().cgroupsPath().orElse("");
        var scope = of(config, id, host);
        String why = null;
        if (!path.isEmpty() && path.split(":", -1).length != 3) {
            why = "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"" + path + "\" instead";
        } else if (path.endsWith(SLICE)) {
            why = "a container's processes cannot be in the slice " + path.substring(path.lastIndexOf(':') + 1) + ": systemd keeps processes only in scopes and services";
        } else if (!isSlice(scope.slice)) {
            why = "invalid slice name: " + scope.slice;
        } else {
            why = badName(scope.unit);
        }
        if (why != null) refused.add(new Violation(path.isEmpty() ? "the container's id" : "linux.cgroupsPath", why, Rule.CAN_BE_APPLIED));
        for (var note : new String[] {SUBGROUP, ScopeCgroup.DELEGATE}) below(note, config.annotations().getOrDefault(note, ""), refused);
        boolean delegates = !config.annotations().getOrDefault(ScopeCgroup.DELEGATE, "").isEmpty();
        if (delegates && !Namespaces.makes(config.linux(), jrunc.linux.Namespace.CGROUP)) refused.add(new Violation("annotations." + ScopeCgroup.DELEGATE,
                "needs a new cgroup namespace in linux.namespaces", Rule.CAN_BE_APPLIED));
        refused.addAll(UnitAnnotations.refusals(config.annotations()));
        return refused;
    }

    private static void below(String note, String group, List<Violation> refused) {
        if (group.startsWith("/") || group.endsWith("/") || ("/" + group + "/").contains("/../") || ("/" + group + "/").contains("/./") || group.contains("//")) {
            refused.add(new Violation("annotations." + note, "\"" + group + "\" is no path below the scope's cgroup", Rule.CAN_BE_APPLIED));
        }
    }

    private static boolean isSlice(String slice) {
        if (slice.equals("-" + SLICE)) return true;
        if (!slice.endsWith(SLICE) || badName(slice) != null) return false;
        String name = slice.substring(0, slice.length() - SLICE.length());
        return !name.isEmpty() && !name.startsWith("-") && !name.endsWith("-") && !name.contains("--");
    }

    private static String badName(String unit) {
        if (unit.length() > LONGEST) return "the unit name " + unit.substring(0, 16) + "... is longer than the " + LONGEST + " characters that systemd takes";
        for (int i = 0; i < unit.length(); i++) {
            char c = unit.charAt(i);
            boolean ordinary = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!ordinary && ALLOWED.indexOf(c) < 0) {
                return "the unit name \"" + unit + "\" has a '" + c + "', which systemd does not take; linux.cgroupsPath slice:prefix:name can give another";
            }
        }
        return null;
    }
}
