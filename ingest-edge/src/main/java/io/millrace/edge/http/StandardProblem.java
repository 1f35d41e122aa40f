package io.millrace.edge.http;

import java.util.Map;

/**
 * What a standard says of a problem beyond the catalogue.
 *
 * @param type the problem's type, in place of the catalogue's
 * @param members further members and their values
 */
public record StandardProblem(String type, Map<String, Long> members) {
    /** Under which a request carries it to where errors are rendered. */
    public static final String KEY = StandardProblem.class.getName();

    private static final String REGISTRY = "https://iana.org/assignments/http-problem-types#";

    /** A registered problem. */
    public static StandardProblem registered(String name, Map<String, Long> members) {
        return new StandardProblem(REGISTRY + name, Map.copyOf(members));
    }
}
