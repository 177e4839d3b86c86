/** An OCI runtime: a container is a tape of system calls, recorded here and played by a machine of a few hundred bytes. */
module jrunc {
    requires java.net.http;
}
