package jrunc.host;

/** How the files of /proc are read. */
public interface Texts {
    /**
     * {@return the whole text of a file} Bytes that are no UTF-8 do no harm: anybody who may mount a FUSE file system can put some into
     * mountinfo.
     *
     * @throws jrunc.linux.StateException if it cannot be read
     */
    String of(String file);
}
