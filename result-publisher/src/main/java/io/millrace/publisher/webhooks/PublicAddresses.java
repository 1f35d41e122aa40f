package io.millrace.publisher.webhooks;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Addresses that belong to nobody's own network. */
final class PublicAddresses {
    private PublicAddresses() {}

    /** Whether an address is one of them. */
    static boolean contain(InetAddress address) {
        boolean local = address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();
        byte[] bytes = address.getAddress();
        return !local && !(address instanceof Inet6Address ? isUniqueLocal(bytes) : isReserved(bytes));
    }

    /** fc00::/7, and what embeds an IPv4 address: 64:ff9b::/96 and 2002::/16. */
    private static boolean isUniqueLocal(byte[] bytes) {
        return (bytes[0] & 0xfe) == 0xfc
                || (bytes[0] == 0x20 && bytes[1] == 0x02)
                || (bytes[0] == 0 && bytes[1] == 0x64);
    }

    /** 0.0.0.0/8, 100.64.0.0/10 of carriers, 192.0.0.0/24, 198.18.0.0/15 of benchmarks, and 240.0.0.0/4. */
    private static boolean isReserved(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        return first == 0
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 192 && second == 0 && bytes[2] == 0)
                || (first == 198 && (second & 0xfe) == 18)
                || first >= 240;
    }
}
