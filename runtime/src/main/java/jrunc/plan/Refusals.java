package jrunc.plan;

import static jrunc.linux.MountFlag.MS_I_VERSION;

import java.util.ArrayList;
import java.util.List;
import jrunc.config.Config;
import jrunc.config.Mount;
import jrunc.config.MountOptions;
import jrunc.config.Resources;
import jrunc.config.Rule;
import jrunc.config.Seccomp;
import jrunc.config.SysctlName;
import jrunc.config.Violation;
import jrunc.host.Host;
import jrunc.linux.Namespace;

/**
 * What of a config this jrunc, or this host, cannot do. Nothing is passed over in silence: each is named, all at once, before
 * anything is made.
 */
public final class Refusals {
    private static final String TOO_LONG = "is longer than a socket's address can be, " + UnixSocket.LONGEST_PATH + " bytes";
    private static final String NO_SOCKET = "cannot use console socket if jrunc will not detach or allocate tty; ";

    /** mount(2) takes a page, and cuts off what is longer. */
    private static final int MOST_DATA = 4095;

    private final List<Violation> refused = new ArrayList<>();

    private Refusals() {}

    /** {@return all of them, none if the container can be made} */
    public static List<Violation> of(Config config, Host host, Global global, Command.Create command) {
        var refusals = new Refusals();
        refusals.process(config, host);
        refusals.linux(config, host, command);
        refusals.sysctl(config, host);
        refusals.resources(config.linux().resources(), host);
        for (int i = 0; i < config.mounts().size(); i++) {
            refusals.mount("mounts[" + i + "]", config.mounts().get(i), config.mounts().subList(0, i), host);
        }
        var settings = CgroupSetting.of(config.linux().resources());
        refusals.command(config, host, global, command, settings);
        refusals.refused.addAll(Cgroups.refusals(settings, host));
        return refusals.refused;
    }

    /** {@return what of these limits no cgroup v2 has, in a list that can be added to} */
    static List<Violation> of(Resources resources, Host host) {
        var refusals = new Refusals();
        refusals.resources(resources, host);
        return refusals.refused;
    }

    /** {@return all that an exec in a container cannot have, none if it can} */
    public static List<Violation> of(Config config, Host host, Command.Exec command) {
        var refusals = new Refusals();
        refusals.process(config, host);
        if (config.linux().seccomp().isPresent()) refusals.listener(config.linux().seccomp().get());
        refusals.terminal(config.process().terminal(), command.detach(), command.consoleSocket().isPresent());
        refusals.refuse(UnixSocket.isTooLong(command.consoleSocket().orElse("")), "--console-socket", TOO_LONG);
        refusals.refuse(UnixSocket.isTooLong(command.pidfdSocket().orElse("")), "--pidfd-socket", TOO_LONG);
        refusals.refuse(command.cgroup().isPresent() && host.cgroups().isEmpty(), "--cgroup", "needs a cgroup v2 tree, and none is mounted");
        return refusals.refused;
    }

    private void process(Config config, Host host) {
        var process = config.process();
        refuse(Labels.isSet(process.apparmorProfile()) && !host.asked().apparmor(), "process.apparmorProfile", "AppArmor is not enabled on this host");
        refuse(Labels.isSet(process.selinuxLabel()) && !host.asked().selinux(), "process.selinuxLabel", "SELinux is not enabled on this host");
    }

    private void linux(Config config, Host host, Command.Create command) {
        var linux = config.linux();
        refuse(Labels.isSet(linux.mountLabel()) && !host.asked().selinux(), "linux.mountLabel", "SELinux is not enabled on this host");
        if (linux.seccomp().isPresent()) listener(linux.seccomp().get());
        if (linux.intelRdt().isPresent()) refused.addAll(IntelRdt.refusals(linux.intelRdt().get(), host, command.id()));
        for (var name : linux.netDevices().keySet()) {
            String path = "linux.netDevices[\"" + name + "\"]";
            if (host.uid() != 0) refuse(true, path, "needs root");
            else refuse(!host.asked().devices().containsKey(name), path, "link not found for interface " + name + " on runtime namespace");
        }
        if (linux.namespace(Namespace.MOUNT).isPresent()) return;
        String why = "needs a mount namespace: the host's own mounts would change";
        refuse(!config.mounts().isEmpty(), "mounts", why);
        refuse(!linux.maskedPaths().isEmpty(), "linux.maskedPaths", why);
        refuse(!linux.readonlyPaths().isEmpty(), "linux.readonlyPaths", why);
        refuse(config.root().readonly(), "root.readonly", why);
        refuse(linux.rootfsPropagation().isPresent(), "linux.rootfsPropagation", why);
        refuse(config.annotations().containsKey(RootSource.LOWERDIR), "annotations." + RootSource.LOWERDIR, why);
    }

    /** A namespace that is joined may turn out to be the host's own. The rules have seen to it that each name belongs to one. */
    private void sysctl(Config config, Host host) {
        if (host.asked().shared().isEmpty()) return;
        for (var name : config.linux().sysctl().keySet()) {
            var kind = SysctlName.namespace(SysctlName.path(name));
            refuse(kind.isPresent() && host.asked().shared().contains(kind.get()), "linux.sysctl[\"" + name + "\"]",
                    "the " + kind.get().word() + " namespace is the one that jrunc is in: the host would change");
        }
    }

    private void listener(Seccomp seccomp) {
        refuse(UnixSocket.isTooLong(seccomp.listenerPath().orElse("")), "linux.seccomp.listenerPath", TOO_LONG);
    }

    /** Only cgroup v1 had these; where runc passes over them, the spec wants an error. */
    private void resources(Resources resources, Host host) {
        String field = "linux.resources.";
        String why = "cgroup v2 has no such limit";
        var memory = resources.memory();
        long inUse = host.asked().memoryInUse().orElse(-1);
        long limit = memory.limit().orElse(0);
        refuse(memory.checkBeforeUpdate() && limit > 0 && limit <= inUse, field + "memory.limit", "rejecting memory limit " + limit + " <= usage " + inUse);
        refuse(memory.kernel().orElse(0) > 0, field + "memory.kernel", why); // no limit is what there is
        refuse(memory.kernelTCP().orElse(0) > 0, field + "memory.kernelTCP", why);
        refuse(memory.swappiness().isPresent(), field + "memory.swappiness", why);
        refuse(memory.disableOOMKiller(), field + "memory.disableOOMKiller", why);
        refuse(!memory.useHierarchy().orElse(true), field + "memory.useHierarchy", "a limit of cgroup v2 always holds for what is below, too");
        refuse(resources.cpu().realtimeRuntime().orElse(0) > 0, field + "cpu.realtimeRuntime", why);
        refuse(resources.cpu().realtimePeriod().orElse(0) != 0, field + "cpu.realtimePeriod", why);
        refuse(resources.blockIO().leafWeight().orElse(0) != 0, field + "blockIO.leafWeight", why);
        for (var device : resources.blockIO().weightDevice()) {
            refuse(device.leafWeight().orElse(0) != 0, field + "blockIO.weightDevice", "cgroup v2 has no leafWeight");
        }
        refuse(resources.network().classID().orElse(0) != 0, field + "network.classID", why);
        refuse(!resources.network().priorities().isEmpty(), field + "network.priorities", why);
    }

    private void mount(String path, Mount mount, List<Mount> earlier, Host host) {
        var options = MountOptions.of(mount.options());
        if (mount.hasMappedIds()) refuse(host.uid() != 0, path + ".options: idmap", "needs root");
        refuse(options.tmpcopyup() && !mount.type().orElse("").equals("tmpfs"), path + ".options: tmpcopyup", "needs a mount of type tmpfs");
        boolean changes = Remounts.is(mount, options);
        refuse(changes && ((options.superblockSet() | options.superblockClear()) & MS_I_VERSION.value()) != 0, path + ".options: iversion",
                "only a new file system takes it, no remount");
        refuse(changes && mount.hasMappedIds(), path + ".options: idmap", "the ids of what is mounted already cannot be mapped");
        if (Remounts.changesFilesystem(mount, options)) {
            boolean own = false;
            for (var before : earlier) own |= Remounts.isOwnFilesystem(before, mount);
            refuse(!own, path + ".options: remount", "no file system of the container's own was mounted on " + mount.destination()
                    + " before: that of others is not its to change");
        }
        refuse(String.join(",", options.data()).length() > MOST_DATA && FilesystemMounts.needsMount2(mount.type().orElse(""), options),
                path + ".options", "are longer than the " + MOST_DATA + " bytes that mount(2) takes");
    }

    private void terminal(boolean terminal, boolean detaches, boolean socket) {
        refuse(terminal && detaches && !socket, "process.terminal", "cannot allocate tty if jrunc will detach without setting console socket; "
                + "give --console-socket, or run in the foreground, or set process.terminal to false");
        refuse(socket && !terminal, "--console-socket", NO_SOCKET + "set process.terminal to true");
        refuse(socket && terminal && !detaches, "--console-socket", NO_SOCKET + "run with --detach, or leave the socket away");
    }

    private void command(Config config, Host host, Global global, Command.Create command, List<CgroupSetting> settings) {
        terminal(config.process().terminal(), !command.ties().foreground(), command.consoleSocket().isPresent());
        refuse(UnixSocket.isTooLong(command.consoleSocket().orElse("")), "--console-socket", TOO_LONG);
        refuse(UnixSocket.isTooLong(command.pidfdSocket().orElse("")), "--pidfd-socket", TOO_LONG);
        boolean systemd = global.cgroupManager() == Global.CgroupManager.SYSTEMD;
        if (systemd) refused.addAll(Scope.refusals(config, command.id(), host));
        refuse(systemd && host.cgroups().isEmpty(), "--systemd-cgroup", "needs a cgroup v2 tree, and none is mounted");
        boolean noCgroup = global.cgroupManager() == Global.CgroupManager.DISABLED;
        boolean noTree = host.cgroups().isEmpty();
        boolean ordinary = Cgroups.mayLackRight(host); // and may make no device nodes
        refuse(noTree && !noCgroup && !ordinary && !config.linux().resources().devices().isEmpty(), "linux.resources.devices",
                "needs a cgroup v2 tree, and none is mounted");
        refuse(noCgroup && !settings.isEmpty(), "linux.resources", "needs a cgroup, and the cgroup manager is disabled");
        refuse(!systemd && !noCgroup && !noTree && Cgroups.path(config, command.id(), host.cgroups().get()).equals("/"), "linux.cgroupsPath",
                "leads to the root of the cgroup tree, which has no limits and is never empty; name a cgroup below it");
        boolean layers = config.annotations().containsKey(RootSource.LOWERDIR);
        refuse(command.overlay() && layers, "--overlay", "the annotation " + RootSource.LOWERDIR + " names the layers already");
        refuse(command.overlay() && config.linux().namespace(Namespace.MOUNT).isEmpty(), "--overlay", "needs a mount namespace in linux.namespaces");
        for (var note : List.of(RootSource.UPPERDIR, RootSource.WORKDIR)) {
            refuse(config.annotations().containsKey(note) && !layers, "annotations." + note, "needs " + RootSource.LOWERDIR);
        }
        refuse(config.annotations().containsKey(RootSource.UPPERDIR) != config.annotations().containsKey(RootSource.WORKDIR),
                "annotations." + RootSource.UPPERDIR, "needs " + RootSource.WORKDIR + ", and the other way round");
        refuse(IdMaps.denyGroups(config.linux(), host) && !config.process().user().additionalGids().isEmpty(), "process.user.additionalGids",
                "in a user namespace that maps no group but one's own nobody may have additional groups; a range of /etc/subgid in linux.gidMappings changes that");
    }

    private void refuse(boolean wrong, String path, String why) {
        if (wrong) refused.add(new Violation(path, why, Rule.CAN_BE_APPLIED));
    }
}
