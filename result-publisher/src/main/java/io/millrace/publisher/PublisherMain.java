package io.millrace.publisher;

import io.millrace.runtime.Closer;
import io.millrace.runtime.PublicServer;
import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.ServiceMain;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.Setting;
import io.vertx.ext.web.Router;

/** The publisher as a process of its own. */
public final class PublisherMain {
    private PublisherMain() {}

    /** The configuration of this process. */
    public record Config(
            @Setting(doc = "How to reach Kafka.") KafkaSettings kafka,

            @Setting(value = "{port: 8082}", doc = "Where subscribers come.")
            HttpSettings http,

            @Setting(value = "{port: 8083}", doc = "Health and metrics.")
            HttpSettings admin,

            @Setting(value = "{streams: {state_dir: publisher-state, standbys: 1}}", doc = "The publisher.")
            PublisherSettings publisher) {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        ServiceMain.run(args, Config.class, Config::admin, PublisherMain::start);
    }

    private static Closer start(Config config, ServiceContext context) {
        Closer parts = new Closer();
        PublisherService service =
                parts.add("publisher", PublisherService.start(config.publisher(), config.kafka(), context));
        Router router = Router.router(context.vertx());
        service.mount(router);
        parts.add("public server", PublicServer.start(context, config.http(), router));
        return parts;
    }
}
