package jrunc.image;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Who a user is to a registry. A text of it does not show the password. */
record Credentials(String user, String password) {
    /** {@return the value of an {@code Authorization} header, RFC 7617} */
    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return user + ":...";
    }
}
