package io.millrace.schemas;

import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.ResultGroup;
import io.millrace.schemas.v1.StreamEvent;
import java.util.List;

/** The results that one record of a stream carries: none, one, or several of the same job. */
public final class ResultRecords {
    private ResultRecords() {}

    /** Each result, in the order of the record. */
    public static List<Result> each(StreamEvent record) {
        return record.hasResult()
                ? List.of(record.getResult())
                : record.getResults().getResultsList();
    }

    /**
     * One record for all of these.
     *
     * @param results of one stream; several only of a job
     */
    public static StreamEvent together(String tenant, String streamId, List<Result> results) {
        StreamEvent.Builder record = StreamEvent.newBuilder().setTenant(tenant).setStreamId(streamId);
        if (results.size() == 1) {
            record.setResult(results.getFirst());
        } else {
            record.setResults(ResultGroup.newBuilder().addAllResults(results));
        }
        return record.build();
    }
}
