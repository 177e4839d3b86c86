package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jrunc.config.Config;
import jrunc.host.Host;
import jrunc.linux.Arch;
import jrunc.linux.AtFlag;
import jrunc.linux.FcntlCommand;
import jrunc.linux.FsmountFlag;
import jrunc.linux.FsopenFlag;
import jrunc.linux.FspickFlag;
import jrunc.linux.MemfdFlag;
import jrunc.linux.OpenFlag;
import jrunc.linux.OpenTreeFlag;
import jrunc.linux.ResolveFlag;
import jrunc.linux.SeccompFlag;
import jrunc.linux.Sys;
import jrunc.tape.Call;
import jrunc.tape.Cell;
import jrunc.tape.Image;
import jrunc.tape.Listing;
import jrunc.tape.Operand;
import jrunc.tape.Tape;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/**
 * What every tape keeps, whatever the config asks for: rules over the recorded cells, checked on every good config and on
 * random containers. How descriptors come and go while a tape plays is {@link TapeDescriptorsTest}'s.
 */
class TapeRulesTest {
    private static final long CLOEXEC = OpenFlag.O_CLOEXEC.value(Arch.X86_64);
    private static final Set<Sys> MOUNTING = EnumSet.of(Sys.MOVE_MOUNT, Sys.MOUNT_SETATTR, Sys.FSMOUNT, Sys.FSOPEN, Sys.OPEN_TREE,
            Sys.PIVOT_ROOT, Sys.MOUNT, Sys.UMOUNT2, Sys.CHROOT);

    private static final long ALONE = ResolveFlag.RESOLVE_BENEATH.value() | ResolveFlag.RESOLVE_NO_XDEV.value() | ResolveFlag.RESOLVE_NO_MAGICLINKS.value()
            | ResolveFlag.RESOLVE_NO_SYMLINKS.value();

    @Provide Arbitrary<Container> containers() {
        return RandomContainers.arbitrary();
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF) void random_containers_keep_every_rule(@ForAll("containers") Container container) {
        checkAll(container);
    }

    @Test void good_configs_keep_every_rule() {
        assertTrue(Container.good().size() >= 20, "too few configs to mean anything");
        Container.good().forEach(TapeRulesTest::checkAll);
    }

    private static void checkAll(Container container) {
        var inside = new Tracks(container.inside());
        var outside = new Tracks(container.outside());
        for (var side : List.of(inside, outside)) checkAny(side);
        capabilities_go_after_the_last_mount(inside);
        masks_come_after_all_other_mounts(inside);
        paths_in_the_root_file_system_start_at_its_descriptor(inside);
        after_the_new_root_no_path_is_opened(inside);
        after_the_word_start_only_the_exec_is_left(inside);
        the_filter_is_loaded_at_its_one_right_place(inside, container.config());
        the_child_only_moves_descriptors_and_becomes_the_machine(outside);
    }

    @Test void what_plays_in_the_foreground_keeps_the_rules_of_all_tapes() {
        for (var terminals : List.of(Optional.<Foreground.Terminals>empty(), Optional.of(Example.TERMINALS))) {
            for (var notify : Example.NOTIFY) hold(Foreground.attend(Example.HOST, Example.ATTENDED, terminals, notify).tape());
        }
    }

    @Test void what_tells_that_a_container_is_ready_keeps_the_rules_of_all_tapes() {
        hold(Start.of(Example.GLOBAL, Example.HOST, Example.record("/user.slice/example"), List.of(), true).tape());
        hold(NotifySocket.listen(Example.HOST, Operand.imm(21), Operand.imm(20)).tape());
        hold(NotifySocket.tell(Example.HOST, "@name", "READY=1", Operand.imm(1234)).tape());
        hold(NotifySocket.awaitBarrier(Example.HOST, Operand.imm(22)));
    }

    private static void hold(Tape tape) {
        var t = new Tracks(tape);
        branches_stay_on_the_tape(t);
        results_are_used_only_where_they_were_given(t);
        every_descriptor_is_close_on_exec(t);
        the_tape_can_be_laid_out(tape);
    }

    /** What holds for a tape of any command. */
    static void checkAny(Tracks tape) {
        branches_stay_on_the_tape(tape);
        results_are_used_only_where_they_were_given(tape);
        every_descriptor_is_close_on_exec(tape);
        a_hook_inherits_nothing_but_its_stdio(tape);
        the_tape_can_be_laid_out(tape.tape());
    }

    private static void branches_stay_on_the_tape(Tracks t) {
        int last = t.size() - 1;
        int end = t.tape().cleanUp() == last ? last : t.tape().cleanUp() - 1;
        assertEquals(Call.Own.END, t.cell(end).call(), "what comes after a failure only is reached without one");
        assertEquals(Call.Own.END, t.cell(last).call());
        for (int i = 0; i < t.size(); i++) {
            if (t.cell(i).on() == null) continue;
            int to = i + t.cell(i).skip();
            assertTrue(to < (i <= end ? end : last), t.at(i) + " skips to " + (to + 1) + " of " + (last + 1));
            for (int branch : t.branchesAround(i)) {
                assertTrue(to <= branch + t.cell(branch).skip(), t.at(i) + " skips beyond the branch of " + t.at(branch));
            }
        }
    }

    private static void results_are_used_only_where_they_were_given(Tracks t) {
        for (int i = 0; i < t.size(); i++) {
            for (var operand : t.cell(i).operands()) {
                if (!(operand instanceof Operand.Slot slot) || slot.index() < Tape.RESERVED_SLOTS) continue;
                int giver = t.giver(slot, i);
                assertTrue(giver >= 0, t.at(i) + " uses what no cell has given");
                for (int branch : t.branchesAround(giver)) {
                    assertTrue(i <= branch + t.cell(branch).skip(), t.at(i) + " uses what was given only if " + t.at(branch) + " went that way");
                }
            }
        }
    }

    private static void every_descriptor_is_close_on_exec(Tracks t) {
        for (int i = 0; i < t.size(); i++) {
            if (!(t.cell(i).call() instanceof Call.Kernel(var sys))) continue;
            var cell = t.cell(i);
            boolean kept = switch (sys) {
                case OPENAT -> has(cell, 2, CLOEXEC);
                case OPENAT2 -> (t.number(cell.operands().get(2), 0, i) & CLOEXEC) != 0;
                case FSPICK -> has(cell, 2, FspickFlag.FSPICK_CLOEXEC.value());
                case OPEN_TREE -> has(cell, 2, OpenTreeFlag.OPEN_TREE_CLOEXEC.value());
                case FSOPEN -> has(cell, 1, FsopenFlag.FSOPEN_CLOEXEC.value());
                case FSMOUNT -> has(cell, 1, FsmountFlag.FSMOUNT_CLOEXEC.value());
                case MEMFD_CREATE -> has(cell, 1, MemfdFlag.MFD_CLOEXEC.value());
                case SOCKET, PIPE2, SOCKETPAIR -> has(cell, 1, CLOEXEC);
                case EPOLL_CREATE1 -> has(cell, 0, CLOEXEC);
                case RECVMSG -> cell.operands().get(2).shown().equals("MSG_CMSG_CLOEXEC");
                case FCNTL -> !has(cell, 1, FcntlCommand.F_DUPFD.value()) || imm(cell, 1) != FcntlCommand.F_DUPFD.value();
                case DUP3 -> has(cell, 2, CLOEXEC) || cell.attempt().equals("hand the descriptors over")
                        || (cell.attempt().endsWith(" for stdio") || cell.attempt().startsWith("hooks.")) && imm(cell, 1) <= 2 // the program's own
                        || cell.attempt().contains(" by /usr/bin/new") && imm(cell, 1) == 2; // what newuidmap says
                case SIGNALFD4 -> has(cell, 3, CLOEXEC);
                case IOCTL -> !cell.operands().get(1).shown().equals("TIOCGPTPEER") || has(cell, 2, CLOEXEC);
                case PIDFD_OPEN, PIDFD_GETFD, SECCOMP, BPF -> true; // the kernel makes these so
                case CLONE3, CLONE -> true; // and a pidfd
                default -> NO_DESCRIPTOR.contains(sys);
            };
            assertTrue(kept, t.at(i) + " may leave a descriptor open across an exec");
        }
    }

    /** Calls that give no descriptor. One that is in neither list makes the rule fail until somebody has thought about it. */
    private static final Set<Sys> NO_DESCRIPTOR = EnumSet.of(Sys.READ, Sys.WRITE, Sys.CLOSE, Sys.CLOSE_RANGE, Sys.RT_SIGACTION, Sys.RT_SIGPROCMASK,
            Sys.UMASK, Sys.SETSID, Sys.KEYCTL, Sys.MOUNT_SETATTR, Sys.MOVE_MOUNT, Sys.FSCONFIG, Sys.FCHDIR, Sys.CHDIR, Sys.CHROOT,
            Sys.PIVOT_ROOT, Sys.MOUNT, Sys.UMOUNT2, Sys.MKDIRAT, Sys.MKNODAT, Sys.SYMLINKAT, Sys.UNLINKAT, Sys.RENAMEAT, Sys.FCHOWNAT, Sys.FCHOWN,
            Sys.FCHMOD, Sys.STATX, Sys.FSTATFS, Sys.SETHOSTNAME, Sys.SETDOMAINNAME, Sys.PRLIMIT64, Sys.PRCTL, Sys.CAPSET, Sys.SETGROUPS, Sys.SETRESUID, Sys.SETRESGID, Sys.CONNECT, Sys.SENDMSG,
            Sys.GETCWD, Sys.FACCESSAT2, Sys.EXECVE, Sys.EXECVEAT, Sys.EXIT_GROUP, Sys.SETNS, Sys.UNSHARE, Sys.WAITID, Sys.FLOCK, Sys.NANOSLEEP,
            Sys.PIDFD_SEND_SIGNAL, Sys.PPOLL, Sys.SCHED_SETAFFINITY, Sys.SCHED_GETAFFINITY, Sys.SCHED_SETATTR, Sys.IOPRIO_SET, Sys.SET_MEMPOLICY, Sys.PERSONALITY, Sys.GETPID,
            Sys.LSEEK, Sys.KILL, Sys.GETDENTS64, Sys.READLINKAT, Sys.PREAD64, Sys.PWRITE64, Sys.FTRUNCATE, Sys.SENDFILE, Sys.UTIMENSAT, Sys.FGETXATTR,
            Sys.FSETXATTR, Sys.EPOLL_CTL, Sys.EPOLL_PWAIT, Sys.BIND, Sys.RECVFROM, Sys.FCHMODAT, Sys.CLOCK_GETTIME);

    private static void capabilities_go_after_the_last_mount(Tracks t) {
        int lastMount = t.last(cell -> calls(cell, MOUNTING));
        int bounding = t.first(cell -> calls(cell, Set.of(Sys.PRCTL)) && imm(cell, 0) == 24);
        int user = t.first(cell -> calls(cell, Set.of(Sys.SETRESUID)) && cell.attempt().startsWith("become user "));
        int capset = t.first(cell -> calls(cell, Set.of(Sys.CAPSET)));
        assertTrue(bounding < 0 || lastMount < bounding, "the bounding set shrinks before " + t.at(lastMount));
        assertTrue(user >= 0 && lastMount < user, "root is gone before " + t.at(lastMount));
        assertTrue(user < capset, "the user changes after the capabilities are set");
        assertEquals(-1, t.last(cell -> calls(cell, Set.of(Sys.SETRESUID)) && cell.attempt().startsWith("become root")
                && t.indexOf(cell) > user), "root again");
    }

    private static void masks_come_after_all_other_mounts(Tracks t) {
        int firstMask = t.first(cell -> calls(cell, Set.of(Sys.MOVE_MOUNT)) && cell.section().endsWith("Masked Paths"));
        if (firstMask < 0) return;
        int lastOther = t.last(cell -> calls(cell, Set.of(Sys.MOVE_MOUNT)) && !cell.section().endsWith("Masked Paths")
                && !cell.attempt().equals("move the root file system to /"));
        assertTrue(lastOther < firstMask, t.at(lastOther) + " could uncover what " + t.at(firstMask) + " masks");
    }

    /** While the host's file system can be reached: a path below the root goes by openat2 from its descriptor, or is one name. */
    private static void paths_in_the_root_file_system_start_at_its_descriptor(Tracks t) {
        long beneath = ResolveFlag.RESOLVE_IN_ROOT.value() | ResolveFlag.RESOLVE_NO_MAGICLINKS.value();
        int enter = t.first(cell -> cell.attempt().equals("enter the root file system"));
        var root = t.cell(enter).operands().getFirst();
        for (int i = 0; i < t.size(); i++) {
            if (!(t.cell(i).call() instanceof Call.Kernel(var sys))) continue;
            var operands = t.cell(i).operands();
            if (sys == Sys.OPENAT2 && (isInPrivateProc(t, i) || isInDevpts(t, i))) continue;
            if (sys == Sys.OPENAT2) {
                assertEquals(root, operands.getFirst(), t.at(i) + " does not start at the root");
                assertEquals(beneath, t.number(operands.get(2), 2, i) & beneath, t.at(i) + " may leave the root");
                continue;
            }
            for (int p = 0; p < operands.size(); p++) {
                if (!isPath(sys, p) || !(operands.get(p) instanceof Operand.Text(var path))) continue;
                if (operands.get(directoryOf(sys, p)) instanceof Operand.Imm directory) {
                    assertTrue(path.isEmpty() || directory.value() == AtFlag.AT_FDCWD, t.at(i));
                    assertFalse(path.startsWith("/bundle/rootfs/"), t.at(i) + " looks into the root file system by a path");
                } else {
                    assertFalse(path.contains("/"), t.at(i) + " follows a path");
                    t.givers(operands.get(directoryOf(sys, p)), i).forEach(giver -> assertTrue(calls(giver,
                            EnumSet.of(Sys.OPENAT2, Sys.OPEN_TREE, Sys.FSMOUNT, Sys.FCNTL, Sys.OPENAT, Sys.IOCTL)), giver::attempt)); // the terminal is an ioctl's
                }
            }
        }
    }

    /** Whether a file is opened in the set-up's own procfs, and without any link or other mount on the way. */
    static boolean isInPrivateProc(Tracks t, int at) {
        var givers = t.givers(t.cell(at).operands().getFirst(), at);
        return !givers.isEmpty() && givers.stream().allMatch(giver -> giver.attempt().equals("open a procfs that nobody else can reach"))
                && t.number(t.cell(at).operands().get(2), 2, at) == ALONE;
    }

    /** One name, and on no other mount, in a directory that was reached from the root. */
    static boolean isInDevpts(Tracks t, int at) {
        var cell = t.cell(at);
        return cell.operands().get(1).equals(new Operand.Text("ptmx")) && t.number(cell.operands().get(2), 2, at) == ALONE
                && t.givers(cell.operands().getFirst(), at).stream().allMatch(giver -> calls(giver, Set.of(Sys.OPENAT2)));
    }

    private static boolean isPath(Sys sys, int operand) {
        return switch (sys) {
            case OPENAT, OPEN_TREE, MKDIRAT, MKNODAT, UNLINKAT, FCHOWNAT, STATX, MOUNT_SETATTR, FACCESSAT2 -> operand == 1;
            case MOVE_MOUNT -> operand == 1 || operand == 3;
            case SYMLINKAT -> operand == 2;
            default -> false;
        };
    }

    private static int directoryOf(Sys sys, int path) {
        return sys == Sys.SYMLINKAT ? 1 : path - 1;
    }

    /** Then a path is the container's: only the search for its program and its own working directory may follow one. */
    private static void after_the_new_root_no_path_is_opened(Tracks t) {
        int entered = t.last(cell -> calls(cell, EnumSet.of(Sys.PIVOT_ROOT, Sys.CHROOT)));
        int end = t.last(cell -> calls(cell, Set.of(Sys.EXECVE)));
        assertTrue(entered > 0 && entered < end);
        for (int i = entered; i < end; i++) {
            var cell = t.cell(i);
            if (calls(cell, Set.of(Sys.OPENAT2)) && isInPrivateProc(t, i)) continue;
            assertFalse(calls(cell, EnumSet.of(Sys.OPENAT, Sys.OPENAT2, Sys.OPEN_TREE, Sys.MKDIRAT, Sys.MKNODAT, Sys.UNLINKAT, Sys.SYMLINKAT,
                    Sys.FCHOWNAT, Sys.MOVE_MOUNT, Sys.FSOPEN)), t.at(i) + " trusts a path of the container");
            if (calls(cell, EnumSet.of(Sys.MOUNT_SETATTR)) && cell.operands().getFirst() instanceof Operand.Imm) {
                assertEquals(new Operand.Text("/"), cell.operands().get(1));
            }
        }
    }

    private static void after_the_word_start_only_the_exec_is_left(Tracks t) {
        int start = t.last(cell -> cell.attempt().equals("wait for start"));
        int end = t.last(cell -> calls(cell, Set.of(Sys.EXECVE)));
        var left = t.tape().cells().subList(start + 1, end + 1).stream().filter(cell -> !isHook(cell)).toList();
        assertTrue(left.stream().map(cell -> cell.call().word()).collect(Collectors.joining(" ")).matches("(add close_range( seccomp( capset)?)?|seccomp( capset)? add close_range) execve"));
        assertTrue(t.cell(end).failsWith(-2), "a failed exec is passed over");
    }

    private static void the_filter_is_loaded_at_its_one_right_place(Tracks t, Config config) {
        var loads = t.tape().cells().stream().filter(cell -> calls(cell, Set.of(Sys.SECCOMP)) && cell.operands().get(2) != Operand.NULL).toList();
        assertEquals(config.linux().seccomp().isPresent() ? 1 : 0, loads.size());
        if (loads.isEmpty()) return;
        int load = t.tape().cells().indexOf(loads.getFirst());
        boolean listens = has(loads.getFirst(), 1, SeccompFlag.SECCOMP_FILTER_FLAG_NEW_LISTENER.value());
        int exec = t.last(cell -> calls(cell, Set.of(Sys.EXECVE)));
        assertTrue(load > t.last(cell -> cell.attempt().startsWith("become user")) && load > t.last(cell -> cell.attempt().startsWith("chdir to cwd")));
        if (listens) assertTrue(load < t.first(cell -> cell.attempt().equals("tell the runtime that the container is ready")), t.at(load));
        else if (config.hooks().startContainer().isEmpty()) assertTrue(load == exec - 1 || load == exec - 2, t.at(load) + ", and the exec is " + t.at(exec));
        else assertTrue(load < t.first(cell -> cell.attempt().startsWith("hooks.startContainer")), t.at(load) + " leaves a hook unfiltered");
        if (config.process().noNewPrivileges()) {
            assertTrue(t.last(cell -> cell.attempt().equals("set no_new_privs")) < load);
            assertEquals(1, t.tape().cells().stream().filter(cell -> calls(cell, Set.of(Sys.CAPSET))).count());
        } else {
            var sets = new Tracks(t.tape()).cell(t.first(cell -> calls(cell, Set.of(Sys.CAPSET)))).operands().get(1).shown();
            assertTrue(sets.split(", ")[0].contains("CAP_SYS_ADMIN"), sets);
        }
        boolean mayKeep = config.process().capabilities().map(each -> each.effective().contains("CAP_SYS_ADMIN")).orElse(false);
        var last = t.cell(t.last(cell -> calls(cell, Set.of(Sys.CAPSET)))).operands().get(1).shown();
        if (!mayKeep) assertFalse(last.split(", ")[0].contains("CAP_SYS_ADMIN"), last);
    }

    /** What belongs to a hook, the state that it reads included. */
    private static boolean isHook(Cell cell) {
        return cell.attempt().startsWith("hooks.") || cell.attempt().equals("write the state for the hooks") || cell.attempt().equals("ask which process this is");
    }

    /** The exec of every hook has stdio and the pipe that ends with it, and nothing else. */
    private static void a_hook_inherits_nothing_but_its_stdio(Tracks t) {
        for (int i = 0; i < t.size(); i++) {
            if (!isHook(t.cell(i)) || !calls(t.cell(i), Set.of(Sys.EXECVE))) continue;
            int clone = t.branchesAround(i).getLast();
            assertTrue(calls(t.cell(clone), EnumSet.of(Sys.CLONE, Sys.CLONE3)), t.at(i));
            assertEquals(clone + t.cell(clone).skip(), i, "the child goes on with its parent's cells after " + t.at(i));
            var child = t.tape().cells().subList(clone + 1, i);
            assertEquals(List.of(0L, 1L, 2L, 3L), child.stream().filter(cell -> calls(cell, Set.of(Sys.DUP3))).map(cell -> imm(cell, 1)).toList());
            assertEquals(List.of(4L), child.stream().filter(cell -> calls(cell, Set.of(Sys.CLOSE_RANGE))).map(cell -> imm(cell, 0)).toList());
            assertEquals(Tape.CLEAN_UP, child.getFirst().result(), "the child cleans up what is its parent's");
            assertEquals(1, child.stream().filter(cell -> calls(cell, Set.of(Sys.SETSID))).count());
            assertTrue(calls(child.getLast(), Set.of(Sys.RT_SIGPROCMASK)), "a signal may come while the child still shares its parent's memory");
        }
    }

    private static void the_child_only_moves_descriptors_and_becomes_the_machine(Tracks t) {
        int clone = t.first(cell -> calls(cell, Set.of(Sys.CLONE3)));
        var cell = t.cell(clone);
        assertTrue(cell.on().matches(0) && !cell.on().matches(1), "the child's cells are the child's alone");
        var child = t.tape().cells().subList(clone + 1, clone + 1 + cell.skip());
        var allowed = EnumSet.of(Sys.FCNTL, Sys.DUP3, Sys.CLOSE_RANGE, Sys.EXECVEAT);
        for (var each : child) assertTrue(each.call() == Call.Own.ADD || calls(each, allowed), each.call().word());
        assertTrue(calls(child.getLast(), Set.of(Sys.EXECVEAT)), "the child goes on with the runtime's cells");
        assertTrue(child.getLast().failsWith(-2), "a failed exec is passed over");
    }

    private static void the_tape_can_be_laid_out(Tape tape) {
        var image = new Image(tape).at(0x10000, 0x800000);
        assertEquals(image.tapeSize(), image.tapeBytes().length);
        assertEquals(image.slotsSize(), image.slotBytes().length);
    }

    @Test void for_aarch64_the_words_are_the_same_and_some_numbers_are_others() throws IOException {
        var host = Example.HOST;
        var arm = new Host(Arch.AARCH64, host.uid(), host.gid(), host.capabilities(), host.inUserNamespace(), host.pid(), host.startTime(), host.now(),
                host.cgroups(), host.procMounts(), host.hasKcore());
        var here = Container.of("x64", Example.config("runc-spec-not-terminal"));
        var there = new Container("a64", here.config(), arm, here.command());
        assertEquals(Listing.of(here.inside()), Listing.of(there.inside()));
        assertEquals(Listing.of(here.outside()), Listing.of(there.outside()));
        assertEquals(0x290000L, oldRoot(here.inside()));
        assertEquals(0x284000L, oldRoot(there.inside()));
        assertNotEquals(List.of(bytes(here.inside())), List.of(bytes(there.inside())));
    }

    private static long oldRoot(Tape tape) {
        var t = new Tracks(tape);
        return imm(t.cell(t.first(cell -> cell.attempt().startsWith("pivot_root"))), 2);
    }

    private static String bytes(Tape tape) {
        return java.util.HexFormat.of().formatHex(new Image(tape).at(0, 0).tapeBytes());
    }

    private static boolean calls(Cell cell, Set<Sys> any) {
        return cell.call() instanceof Call.Kernel(var sys) && any.contains(sys);
    }

    private static boolean has(Cell cell, int operand, long bits) {
        return (imm(cell, operand) & bits) == bits;
    }

    private static long imm(Cell cell, int operand) {
        return ((Operand.Imm) cell.operands().get(operand)).value();
    }
}
