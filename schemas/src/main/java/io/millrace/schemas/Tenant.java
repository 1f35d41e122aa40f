package io.millrace.schemas;

/** Who owns a thing. There is one tenant until accounts exist; every key and message names it nevertheless. */
public final class Tenant {
    /** The only tenant for now. */
    public static final String DEFAULT = "default";
    /** The HTTP header in which services tell each other the tenant. */
    public static final String HTTP_HEADER = "Millrace-Tenant";

    private Tenant() {}
}
