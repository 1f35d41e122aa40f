package io.millrace.standalone;

import io.millrace.client.JobEvent;
import io.millrace.client.Requests;
import io.millrace.standalone.operations.replay.ResultSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was exported. */
record Exported(List<JobEvent.Result> results, Map<String, Requests.Outcome> calls) implements ResultSpan.Taker {
    Exported() {
        this(new ArrayList<>(), new HashMap<>());
    }

    @Override
    public void result(JobEvent.Result result) {
        results.add(result);
    }

    @Override
    public void call(String requestId, Requests.Outcome outcome) {
        calls.put(requestId, outcome);
    }
}
