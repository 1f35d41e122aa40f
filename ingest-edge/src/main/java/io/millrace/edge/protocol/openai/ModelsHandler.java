package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.edge.core.ServedModel;
import io.millrace.edge.http.Json;
import io.millrace.edge.http.Resource;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}}. */
public final class ModelsHandler {
    private final List<ServedModel> models;
    private final Instant since;

    /**
     * Lists these models.
     *
     * @param since when they were put into service
     */
    public ModelsHandler(List<ServedModel> models, Instant since) {
        this.models = List.copyOf(models);
        this.since = since;
    }

    /** Serves its paths. */
    public void mount(Router router) {
        Resource.at(router, "/v1/models").on(HttpMethod.GET, this::list).mount();
        Resource.at(router, "/v1/models/:id").on(HttpMethod.GET, this::get).mount();
    }

    private void list(RoutingContext context) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode entries = list.putArray("data");
        models.forEach(model -> entries.add(render(model)));
        Json.answer(context, list);
    }

    private void get(RoutingContext context) {
        String id = context.pathParam("id");
        ServedModel found = models.stream()
                .filter(model -> model.name().equals(id))
                .findFirst()
                .orElseThrow(() -> MillraceException.about(
                        "model", ErrorCode.MODEL_NOT_FOUND, "the model '" + id + "' does not exist"));
        Json.answer(context, render(found));
    }

    private ObjectNode render(ServedModel model) {
        return Json.object()
                .put("id", model.name())
                .put("object", "model")
                .put("created", since.getEpochSecond())
                .put("owned_by", "millrace");
    }
}
