package jrunc.cli;

import java.util.Map;
import java.util.Optional;
import jrunc.lifecycle.Caller;

/** A caller as a test needs one. */
record FakeCaller(String directory, long uid, boolean inUserNamespace, Map<String, String> variables) implements Caller {
    /** Root, without variables. */
    static final FakeCaller ROOT = new FakeCaller("/home/x", 0, false, Map.of());

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    @Override
    public long pid() {
        return 4711;
    }

    @Override
    public long gid() {
        return uid;
    }
}
