package io.millrace.edge.ingest;

import java.util.List;

/**
 * How an upload is put together with others.
 *
 * @param partial whether it is made to be a part
 * @param parts the uploads of which it consists, in order
 * @param asSent what the client says of it, to be repeated to it
 */
public record Composition(boolean partial, List<String> parts, String asSent) {
    /** An upload of its own. */
    public static final Composition NONE = new Composition(false, List.of(), "");

    /** Keeps a copy. */
    public Composition {
        parts = List.copyOf(parts);
    }
}
