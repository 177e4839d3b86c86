package jrunc.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import jrunc.config.Config;
import jrunc.config.ConfigParser;
import jrunc.host.Asked;
import jrunc.host.BundleFiles;
import jrunc.host.CgroupTree;
import jrunc.host.Host;
import jrunc.host.NetworkDevice;
import jrunc.host.Resctrl;
import jrunc.linux.Arch;
import jrunc.tape.Operand;
import jrunc.tape.Tape;

/** A host, a bundle and a command that never change, so that what is planned for them can be compared. */
final class Example {
    static final Path CONFIGS = Path.of("..", "spec-fixtures", "configs", "good");
    static final CgroupTree CGROUPS = new CgroupTree("/sys/fs/cgroup", "/user.slice/session.scope",
            Set.of("cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma"));
    /** eth0 has 192.0.2.7/24, and 169.254.1.1/16 which is of this link only; the others are down. */
    private static final Map<String, NetworkDevice> DEVICES = Map.of("ens4", new NetworkDevice(false, List.of()),
            "enp0s31f6.40960", new NetworkDevice(false, List.of()), "eth0", new NetworkDevice(true, List.of(
            new NetworkDevice.Address(2, 24, 0, new byte[] {8, 0, 2, 0, (byte) 192, 0, 2, 7}),
            new NetworkDevice.Address(2, 16, 253, new byte[] {8, 0, 2, 0, (byte) 169, (byte) 254, 1, 1}))));
    static final Host HOST = new Host(Arch.X86_64, 0, 0, -1, false, 4711, 815, "2026-01-01T00:00:00.000000001Z",
            Optional.of(CGROUPS), List.of("/sys", "/proc"), true, new Asked(true, true, Set.of(), OptionalLong.empty(), DEVICES,
            Optional.of(new Resctrl("/sys/fs/resctrl", Optional.empty(), false, 10))));
    /** The same machine for an ordinary user. */
    static final Host USER = new Host(Arch.X86_64, 1000, 1000, 0, false, 4711, 815, HOST.now(), HOST.cgroups(), HOST.procMounts(), true, HOST.asked());
    static final Global GLOBAL = new Global("/run/jrunc", Optional.empty(), Global.LogFormat.TEXT, false, Global.Rootless.AUTO,
            Global.CgroupManager.CGROUPFS);
    static final Command.Create COMMAND = new Command.Create("example", "/bundle", Optional.empty(), Optional.empty(), Optional.empty(), 0,
            false, false, false);
    private static final Command.Create WITH_TERMINAL = new Command.Create("example", "/bundle", Optional.empty(), Optional.of("/run/console"), Optional.empty(), 0,
            false, false, false);

    /** Run in the foreground. */
    static final Command.Create FOREGROUND = new Command.Create("example", "/bundle", Optional.empty(), Optional.empty(), Optional.empty(), 0,
            false, false, false, new Ties(true, true));

    /** The process of the example, and its terminal. */
    static final Foreground.Attended ATTENDED = new Foreground.Attended(Operand.imm(20), Operand.imm(1234), true);
    static final Foreground.Terminals TERMINALS = new Foreground.Terminals(Operand.imm(21), Operand.imm(2));

    /** Without and with the container's notify socket. */
    static final List<Optional<Operand>> NOTIFY = List.of(Optional.empty(), Optional.of(Operand.imm(22)));

    /** {@return the example's command; a container with a terminal has a console socket} */
    static Command.Create command(Config config) {
        return config.process().terminal() ? WITH_TERMINAL : COMMAND;
    }

    private Example() {}

    static List<Path> goodConfigs() throws IOException {
        try (Stream<Path> files = Files.list(CONFIGS)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    static Config config(Path file) throws IOException {
        return ConfigParser.parse(Files.readAllBytes(file));
    }

    static Config config(String name) throws IOException {
        return config(CONFIGS.resolve(name + ".json"));
    }

    static BundleFiles bundle() {
        return new BundleFiles("/bundle", "/bundle/rootfs", Map.of("/bundle/file", BundleFiles.Kind.OTHER), Map.of("/bundle/link", "where/it/leads"),
                Map.of("/through/link", "/real/place"), Optional.empty());
    }

    /** {@return the machine as a config finds it} Of resctrl it has a group "podman", and nothing else. */
    static Host host(Config config) {
        boolean podman = config.linux().intelRdt().isPresent() && IntelRdt.group(config.linux().intelRdt().get(), "example").equals("podman");
        if (!podman) return HOST;
        return HOST.with(new Asked(true, true, Set.of(), OptionalLong.empty(), DEVICES, Optional.of(new Resctrl("/sys/fs/resctrl", Optional.of("L3:0=fff\n"), false, 10))));
    }

    static Tape inside(Config config, Command.Create command) {
        Optional<String> layer = command.overlay() ? Optional.of("/run/jrunc/example/overlay") : Optional.empty();
        return SetUp.of(config, host(config), bundle(), RootSource.of(config, bundle().rootfs(), layer), command);
    }

    static Tape outside(Config config, Command.Create command) {
        String path = Cgroups.path(config, command.id(), CGROUPS);
        var place = new CgroupTree.Place(path, List.of(path));
        return Create.of(GLOBAL, config, host(config), Optional.of(place), command, record(path), new byte[100], "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), page(record(path))).tape();
    }

    static Optional<byte[]> page(ContainerRecord record) {
        return FrontPage.of(record, List.of("{\"pid\": ", ", \"status\": \"", "\"}\n"), false, false);
    }

    static ContainerRecord record(String cgroup) {
        return record(cgroup, HOST);
    }

    static ContainerRecord record(String cgroup, Host host) {
        return new ContainerRecord(0, 0, "1.3.0", "example", "/bundle", "/bundle/rootfs", host.now(), host.pid(), host.startTime(),
                CGROUPS.mountPoint(), cgroup, List.of(cgroup), true, "", List.of(), Map.of(), Map.of());
    }
}
