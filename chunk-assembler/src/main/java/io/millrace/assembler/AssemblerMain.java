package io.millrace.assembler;

import io.millrace.runtime.ServiceContext;
import io.millrace.runtime.ServiceMain;
import io.millrace.runtime.config.HttpSettings;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.Setting;
import java.util.List;

/** The assembler as a process of its own. */
public final class AssemblerMain {
    private AssemblerMain() {}

    /** The configuration of this process. */
    public record Config(
            @Setting(doc = "How to reach Kafka.") KafkaSettings kafka,

            @Setting(value = "{port: 8084}", doc = "Health and metrics.")
            HttpSettings admin,

            @Setting(value = "[{}]", doc = "The models that lines of jobs may name.")
            List<ModelSettings> models,

            @Setting(value = "{streams: {state_dir: assembler-state}}", doc = "The assembler.")
            AssemblerSettings assembler) {
        /** Keeps a copy. */
        public Config {
            models = List.copyOf(models);
        }
    }

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        ServiceMain.run(args, Config.class, Config::admin, AssemblerMain::start);
    }

    private static AssemblerService start(Config config, ServiceContext context) {
        return AssemblerService.start(config.assembler(), config.kafka(), config.models(), context);
    }
}
