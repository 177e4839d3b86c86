package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlNameTest {
    @Test void the_first_separator_says_which_character_separates_the_parts() {
        Map.of("net.ipv4.ip_forward", "net/ipv4/ip_forward", "net/ipv4/ip_forward", "net/ipv4/ip_forward",
                "net/ipv4/conf/eth0.100/rp_filter", "net/ipv4/conf/eth0.100/rp_filter",
                "net.ipv4.conf.eth0/100.rp_filter", "net/ipv4/conf/eth0.100/rp_filter")
                .forEach((name, path) -> assertEquals(path, SysctlName.path(name), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "/", "net", "net.", ".net", "/net/x", "net//x", "net..x", "net/../x", "net/./x", "net./../x",
        "net/ipv4/..", "net/a\nb", "net/a\u0085b"})
    void a_name_that_leads_elsewhere_has_no_path(String name) {
        assertNull(SysctlName.path(name));
    }
}
