package io.millrace.assembler.core;

import io.millrace.schemas.v1.InferenceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Says which requests of a job share a record of their lane. Only requests that follow each other, for the same model, do; and only
 * at endpoints where requests are short and alike, because a record is one worker's, and requests of seconds must be spread.
 */
public final class RequestGrouping {
    /** Beside chat and completions, which take seconds each, these are all that there are. */
    private static final Set<String> ENDPOINTS = Set.of("/v1/embeddings", "/v1/classify");
    /** Groups grow with the job, so that a job of a few lines is spread over all workers and its first results come early. */
    private static final int ITEMS_PER_MEMBER = 16;

    private final int mostRequests;
    private final long mostBytes;

    /**
     * A rule.
     *
     * @param mostRequests in one group; 1 for none
     * @param mostBytes of bodies and custom ids in one group; a longer request stays alone
     */
    public RequestGrouping(int mostRequests, long mostBytes) {
        this.mostRequests = mostRequests;
        this.mostBytes = mostBytes;
    }

    /**
     * The groups, with every request once and in order.
     *
     * @param requests of one job, in the order of their items
     */
    public List<List<InferenceRequest>> groups(List<InferenceRequest> requests) {
        List<List<InferenceRequest>> groups = new ArrayList<>();
        List<InferenceRequest> group = List.of();
        long bytes = 0;
        for (InferenceRequest request : requests) {
            if (group.isEmpty() || !fits(request, group, bytes)) {
                group = new ArrayList<>();
                groups.add(group);
                bytes = 0;
            }
            group.add(request);
            bytes += size(request);
        }
        return groups;
    }

    private boolean fits(InferenceRequest request, List<InferenceRequest> group, long bytes) {
        return group.size() < most(request)
                && bytes + size(request) <= mostBytes
                && request.getModel().equals(group.getFirst().getModel());
    }

    /** How large a group may be with this request. */
    private long most(InferenceRequest request) {
        return ENDPOINTS.contains(request.getEndpoint())
                ? Math.min(mostRequests, Math.max(1, request.getItem() / ITEMS_PER_MEMBER))
                : 1;
    }

    /** A custom id counts, because it may be as long as a line. */
    private static long size(InferenceRequest request) {
        return (long) request.getBody().size() + request.getCustomIdBytes().size();
    }
}
