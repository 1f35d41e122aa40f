package io.millrace.runtime.config;

/**
 * Where an HTTP server listens.
 *
 * @param host name or address
 * @param port 0 to 65535; 0 takes a free one
 */
public record HttpSettings(
        @Setting(value = "127.0.0.1", doc = "Name or address to listen on; 0.0.0.0 for all.")
        String host,

        @Setting(value = "0", doc = "Port to listen on; 0 takes a free one.")
        int port) {
    private static final int MAX_PORT = 65535;

    /** Checks the bounds. */
    public HttpSettings {
        if (host.isBlank()) {
            throw ConfigException.invalid("host", host, "a name or an address");
        }
        if (port < 0 || port > MAX_PORT) {
            throw ConfigException.invalid("port", port, "0 to " + MAX_PORT);
        }
    }

    /** The base address of a server that listens here on this actual port. */
    public String url(int actualPort) {
        return "http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + actualPort;
    }
}
