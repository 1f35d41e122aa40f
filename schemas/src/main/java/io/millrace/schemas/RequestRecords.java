package io.millrace.schemas;

import io.millrace.schemas.v1.FurtherRequest;
import io.millrace.schemas.v1.InferenceRequest;
import java.util.ArrayList;
import java.util.List;

/** The requests that one record of a lane carries: one, or several of the same job. */
public final class RequestRecords {
    private RequestRecords() {}

    /** Each request by itself, in the order of the record; at least one. */
    public static List<InferenceRequest> each(InferenceRequest record) {
        if (record.getFurtherCount() == 0) {
            return List.of(record);
        }
        List<InferenceRequest> requests = new ArrayList<>(1 + record.getFurtherCount());
        InferenceRequest first = record.toBuilder().clearFurther().build();
        requests.add(first);
        for (FurtherRequest further : record.getFurtherList()) {
            requests.add(alone(first, further));
        }
        return requests;
    }

    /**
     * One record for all of these.
     *
     * @param requests of one job, model and endpoint, each with its body; at least one
     */
    public static InferenceRequest together(List<InferenceRequest> requests) {
        InferenceRequest.Builder record = requests.getFirst().toBuilder();
        for (InferenceRequest request : requests.subList(1, requests.size())) {
            FurtherRequest.Builder further = FurtherRequest.newBuilder()
                    .setItem(request.getItem())
                    .setCustomId(request.getCustomId())
                    .setBody(request.getBody());
            if (request.hasLine()) {
                further.setLine(request.getLine());
            }
            record.addFurther(further);
        }
        return record.build();
    }

    private static InferenceRequest alone(InferenceRequest first, FurtherRequest further) {
        InferenceRequest.Builder request = first.toBuilder()
                .setRequestId(Ids.request(first.getStream().getId(), further.getItem()))
                .setItem(further.getItem())
                .setCustomId(further.getCustomId())
                .setBody(further.getBody())
                .clearLine();
        if (further.hasLine()) {
            request.setLine(further.getLine());
        }
        return request.build();
    }
}
