package io.millrace.standalone.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.client.JobEvent;

/** Writes results as OpenAI's batch output and error files have them. */
final class ResultLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultLines() {}

    /** One line, without its end: id, custom_id, response, error. */
    static String of(JobEvent.Result result) {
        ObjectNode line = JSON.createObjectNode();
        line.put("id", result.requestId());
        line.put("custom_id", result.customId());
        if (result.body() == null) {
            line.putNull("response");
        } else {
            ObjectNode response = line.putObject("response");
            response.put(
                    "status_code",
                    result.json().path("response").path("status_code").asInt());
            response.put("request_id", result.requestId());
            response.set("body", result.body());
        }
        if (result.error() == null) {
            line.putNull("error");
        } else {
            line.set("error", result.json().get("error"));
        }
        return line.toString();
    }
}
