package io.millrace.runtime;

import io.vertx.core.dns.AddressResolverOptions;
import java.security.Security;

/**
 * How long this process relies on what a name resolved to. A process that is started again may have another address, and its old one may
 * be somebody else's by then. Name servers of container engines tell names to be valid for ten minutes, and Vert.x keeps to that; a JVM keeps
 * names for half a minute.
 */
final class Names {
    /** Below the pause after which others are tired of trying; name servers of clusters are near. */
    private static final int SECONDS = 3;

    private static final String JVM = "networkaddress.cache.ttl";
    private static final String JVM_BY_COMMAND_LINE = "sun.net.inetaddr.ttl";

    private Names() {}

    /** For connections that Vert.x opens. */
    static AddressResolverOptions resolver() {
        return new AddressResolverOptions().setCacheMaxTimeToLive(SECONDS);
    }

    /** For all others, those of Kafka's clients above all. Counts if nothing was resolved yet; what an operator has set stays. */
    static void shortenInJvm() {
        if (Security.getProperty(JVM) == null && System.getProperty(JVM_BY_COMMAND_LINE) == null) {
            Security.setProperty(JVM, Integer.toString(SECONDS));
        }
    }
}
