package io.millrace.standalone.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.client.JobEvent;
import io.millrace.client.Requests;

/** Writes results as OpenAI's batch output and error files have them. */
final class ResultLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultLines() {}

    /** The line of a call, whose request id is its {@code custom_id} too, as in a job that runs it again. */
    static String of(String requestId, Requests.Outcome outcome) {
        ObjectNode line = JSON.createObjectNode();
        line.put("id", requestId);
        line.put("custom_id", requestId);
        JsonNode body = body(outcome);
        if (outcome.succeeded()) {
            ObjectNode response = line.putObject("response");
            response.put("status_code", outcome.status());
            response.put("request_id", requestId);
            response.set("body", body);
            line.putNull("error");
        } else {
            line.putNull("response");
            line.set("error", body.path("error"));
        }
        return line.toString();
    }

    private static JsonNode body(Requests.Outcome outcome) {
        try {
            return JSON.readTree(outcome.body());
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(outcome.body());
        }
    }

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
