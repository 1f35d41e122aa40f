package io.millrace.standalone;

import io.millrace.runtime.config.ConfigException;
import io.millrace.runtime.config.HttpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks at ports before anything is started, because a start takes seconds and its last step is to listen. */
final class FreePort {
    private FreePort() {}

    /**
     * Looks whether this process may listen there.
     *
     * @param key the settings' place in the configuration
     * @throws ConfigException if somebody else listens there, or the address is not of this machine
     */
    static void require(String key, HttpSettings settings) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(settings.host(), settings.port()));
        } catch (IOException e) {
            throw ConfigException.invalid(
                    key + ".port",
                    settings.port(),
                    "a port of " + settings.host() + " on which nobody listens (" + e.getMessage() + ")");
        }
    }
}
