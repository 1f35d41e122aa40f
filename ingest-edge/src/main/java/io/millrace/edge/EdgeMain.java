package io.millrace.edge;

import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.ServiceMain;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.Setting;
import io.vertx.ext.web.Router;
import java.util.List;

/** Runs an edge in a process of its own. */
public final class EdgeMain {
    private EdgeMain() {}

    /** The whole configuration of the process. */
    record EdgeConfig(
            @Setting(doc = "How to reach Kafka.") KafkaSettings kafka,

            @Setting(value = "{port: 8080}", doc = "Where clients connect.")
            HttpSettings http,

            @Setting(value = "{port: 8081}", doc = "Where health and metrics are.")
            HttpSettings admin,

            @Setting(value = "[{}]", doc = "The models that are served.")
            List<ModelSettings> models,

            @Setting(doc = "The edge.") EdgeSettings edge) {}

    /** Runs it until it is told to stop. */
    public static void main(String[] args) {
        ServiceMain.run(args, EdgeConfig.class, EdgeConfig::admin, EdgeMain::start);
    }

    private static Closer start(EdgeConfig config, ServiceContext context) {
        Closer closer = new Closer();
        try {
            EdgeService edge =
                    closer.add("edge", EdgeService.start(config.edge(), config.kafka(), config.models(), context));
            Router router = Router.router(context.vertx());
            edge.mount(router);
            closer.add("public server", PublicServer.start(context, config.http(), router));
            return closer;
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }
}
