package jrunc.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import jrunc.config.Config;
import jrunc.config.IdMapping;
import jrunc.host.Host;
import jrunc.host.SubordinateIds;
import jrunc.host.SubordinateIds.Range;
import jrunc.linux.Namespace;
import jrunc.tape.Cell;
import jrunc.tape.Listing;
import jrunc.tape.Tape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is planned for a user who is not root, and for a root who is root of a user namespace only. */
class OrdinaryUserTest {
    private static final SubordinateIds NOTHING = new SubordinateIds(List.of(), List.of());
    private static final SubordinateIds GRANTED = new SubordinateIds(List.of(new Range(100000, 65536)), List.of(new Range(100000, 65536)));

    @ParameterizedTest
    @ValueSource(strings = {"rootless", "rootless-granted-ids"})
    void has_its_golden_listing(String name) throws IOException {
        var container = new Container(name, Example.config(name), Example.USER, Example.COMMAND);
        GoldenListingTest.compare("for-a-user-" + name, GoldenListingTest.listing(container));
    }

    @Test void a_config_without_a_user_namespace_gets_one_with_the_granted_ids() throws IOException {
        var granted = new SubordinateIds(List.of(new Range(100000, 65536), new Range(500, 600), new Range(300000, 10)), List.of(new Range(7, 3)));
        var config = Example.config("least");
        assertTrue(OwnUserNamespace.isIncomplete(config));
        var complete = OwnUserNamespace.complete(config, Example.USER, granted).linux();
        assertEquals(Optional.empty(), complete.namespace(Namespace.USER).orElseThrow().path());
        assertEquals(List.of(new IdMapping(0, 1000, 1), new IdMapping(1, 100000, 65536), new IdMapping(65537, 300000, 10)),
                complete.uidMappings(), "the range from 500 has the user's own id in it");
        assertEquals(List.of(new IdMapping(0, 1000, 1), new IdMapping(1, 7, 3)), complete.gidMappings());
        assertFalse(OwnUserNamespace.isIncomplete(config.with(complete)));
    }

    @Test void what_works_on_files_of_all_granted_ids_needs_users_and_groups() {
        var users = List.of(new Range(100000, 65536));
        assertEquals(Optional.empty(), OwnUserNamespace.whole(Example.USER, NOTHING));
        assertEquals(Optional.empty(), OwnUserNamespace.whole(Example.USER, new SubordinateIds(users, List.of())));
        assertEquals(Optional.empty(), OwnUserNamespace.whole(Example.USER, new SubordinateIds(users, List.of(new Range(999, 10)))), "the user's own group is in it");
        assertEquals(List.of(new IdMapping(0, 1000, 1), new IdMapping(1, 100000, 65536)), OwnUserNamespace.whole(Example.USER, GRANTED).orElseThrow().uidMappings());
    }

    @Test void the_way_into_a_user_namespace_has_its_golden_listing() throws IOException {
        GoldenListingTest.compare("for-a-user-bundle", Listing.of(entering()));
    }

    @Test void the_ids_are_mapped_before_the_namespace_is_entered_and_the_program_is_last() {
        var tape = new Tracks(entering());
        TapeRulesTest.checkAny(tape);
        int groups = tape.first(cell -> cell.attempt().endsWith(" by /usr/bin/newgidmap"));
        int enter = tape.first(cell -> cell.call().word().equals("setns"));
        int start = tape.first(cell -> cell.attempt().equals("start /jrunc/lib/java"));
        assertTrue(0 <= groups && groups < enter && enter < start && start == tape.tape().cleanUp() - 2);
    }

    private static Tape entering() {
        return EnterUserNamespace.of(OwnUserNamespace.whole(Example.USER, GRANTED).orElseThrow(), Example.USER, "/jrunc/lib/java", List.of("java", "bundle"), List.of("A=B")).tape();
    }

    @Test void a_map_that_is_there_stays_and_only_the_other_is_made() throws IOException {
        var linux = Example.config("rootless-granted-ids").linux();
        var half = Example.config("least").with(linux.with(linux.namespaces(), linux.uidMappings(), List.of()));
        assertTrue(OwnUserNamespace.isIncomplete(half));
        var complete = OwnUserNamespace.complete(half, Example.USER, NOTHING).linux();
        assertEquals(linux.uidMappings(), complete.uidMappings());
        assertEquals(List.of(new IdMapping(0, 1000, 1)), complete.gidMappings());
    }

    @Test void maps_without_a_user_namespace_stay_the_error_they_are() throws IOException {
        var config = Example.config("least");
        assertFalse(OwnUserNamespace.isIncomplete(config.with(config.linux().with(List.of(), List.of(new IdMapping(0, 1000, 1)), List.of()))));
    }

    @Test void only_a_map_of_the_own_id_alone_is_written_without_a_program() throws IOException {
        var linux = Example.config("rootless").linux();
        assertFalse(IdMaps.needPrograms(linux, Example.USER));
        assertTrue(IdMaps.denyGroups(linux, Example.USER));
        assertFalse(IdMaps.denyGroups(linux, Example.HOST), "root's users may have groups");
        var other = linux.with(linux.namespaces(), List.of(new IdMapping(0, 1001, 1)), List.of(new IdMapping(0, 1000, 2)));
        assertTrue(IdMaps.UIDS.needsProgram(other, Example.USER));
        assertTrue(IdMaps.GIDS.needsProgram(other, Example.USER));
        assertFalse(IdMaps.needPrograms(other, Example.HOST), "root needs nobody");
        assertFalse(IdMaps.denyGroups(other, Example.USER), "newgidmap sees to that");
    }

    @Test void setgroups_is_denied_before_the_gid_map_is_written() throws IOException {
        var inside = new Tracks(inside("rootless", Example.USER));
        int deny = inside.first(cell -> cell.attempt().startsWith("write setgroups "));
        int map = inside.first(cell -> cell.attempt().startsWith("write gid_map "));
        assertTrue(0 <= deny && deny < map, deny + " " + map);
        assertEquals(-1, inside.first(cell -> cell.call().word().equals("setgroups")), "and is not called then");
    }

    @Test void a_program_writes_the_maps_and_the_container_waits_for_the_runtimes_word() throws IOException {
        var container = new Container("granted", Example.config("rootless-granted-ids"), Example.USER, Example.COMMAND);
        assertEquals(-1, new Tracks(container.inside()).first(cell -> cell.attempt().startsWith("write uid_map ")));
        var outside = new Tracks(container.outside());
        int find = outside.first(cell -> cell.attempt().startsWith("find /usr/bin/newuidmap"));
        int claim = outside.first(cell -> cell.attempt().startsWith("claim the id "));
        int users = outside.first(cell -> cell.attempt().endsWith(" by /usr/bin/newuidmap"));
        int groups = outside.first(cell -> cell.attempt().endsWith(" by /usr/bin/newgidmap"));
        int told = outside.first(cell -> cell.attempt().equals("tell the container's process that its ids are mapped"));
        assertTrue(0 <= find && find < claim && claim < users && users < groups && groups < told);
        assertTrue(Listing.of(container.outside()).contains("{\"newuidmap\", \"{}\", \"0\", \"1000\", \"1\", \"1\", \"100000\", \"65536\", NULL}, {NULL}"),
                () -> Listing.of(container.outside()));
    }

    @Test void without_root_in_the_map_the_set_up_is_the_programs_own_user() throws IOException {
        var listing = Listing.of(inside("user-namespace-without-root", Example.HOST));
        assertTrue(listing.contains("set up as user 2001 of a user namespace without root"), listing);
        assertFalse(listing.contains("setresuid(0"), listing);
    }

    @Test void in_a_user_namespace_the_runtime_sets_the_limits() throws IOException {
        for (var host : List.of(Example.HOST, Example.USER)) {
            assertEquals(-1, new Tracks(inside("rootless", host)).first(OrdinaryUserTest::limits));
            var outside = new Tracks(new Container("rootless", Example.config("rootless"), host, Example.COMMAND).outside());
            int set = outside.first(OrdinaryUserTest::limits);
            assertTrue(outside.first(cell -> cell.attempt().startsWith("wait until the container's process is ready")) < set);
            assertTrue(set < outside.first(cell -> cell.attempt().equals("let the container's process go on")));
        }
    }

    @Test void who_is_root_of_a_user_namespace_only_keeps_groups_only_on_the_kernels_word() throws IOException {
        var root = host(0, true);
        var listing = Listing.of(inside("least", root));
        assertTrue(listing.contains("drop the caller's groups"), listing);
        assertFalse(listing.contains("set the additional groups"), listing);
        assertFalse(Listing.of(inside("least", Example.HOST)).contains("drop the caller's groups"));
    }

    @Test void the_state_of_an_ordinary_user_is_sticky() throws IOException {
        var user = Listing.of(new Container("rootless", Example.config("rootless"), Example.USER, Example.COMMAND).outside());
        assertTrue(user.contains("mkdirat(AT_FDCWD, \"/run/jrunc\", 01700)"), user);
        var root = Listing.of(new Container("rootless", Example.config("rootless"), Example.HOST, Example.COMMAND).outside());
        assertTrue(root.contains("mkdirat(AT_FDCWD, \"/run/jrunc\", 0700)"), root);
    }

    @Test void an_overlay_in_a_user_namespace_keeps_its_marks_in_user_attributes() throws IOException {
        var command = new Command.Create("example", "/bundle", Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false, true);
        assertTrue(Listing.of(new Container("u", Example.config("rootless"), Example.USER, command).inside()).contains("\"userxattr\""));
        assertFalse(Listing.of(new Container("r", Example.config("runc-spec-not-terminal"), Example.HOST, command).inside()).contains("\"userxattr\""));
    }

    @Test void what_overlayfs_locks_is_unlocked_before_it_is_removed() {
        var record = Example.record("/example");
        assertTrue(Listing.of(Delete.end(Example.GLOBAL, Example.USER, record)).contains("\"overlay/work/work\", 0700)"));
        assertFalse(Listing.of(Delete.end(Example.GLOBAL, Example.HOST, record)).contains("overlay"));
    }

    private static boolean limits(Cell cell) {
        return cell.call().word().equals("prlimit64") && cell.attempt().startsWith("set RLIMIT");
    }

    private static Tape inside(String name, Host host) throws IOException {
        return new Container(name, Example.config(name), host, Example.COMMAND).inside();
    }

    private static Host host(long uid, boolean inUserNamespace) {
        return new Host(Example.USER.arch(), uid, uid, -1, inUserNamespace, 1, 2, "", Example.HOST.cgroups(), List.of(), true, Example.HOST.asked());
    }
}
