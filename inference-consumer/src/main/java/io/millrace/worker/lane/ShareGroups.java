package io.millrace.worker.lane;

import io.millrace.runtime.config.KafkaSettings;
import io.millrace.schemas.Topics.Lane;
import io.millrace.worker.core.AttemptLimits;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The share groups of the lanes, and the settings that they need before their first member joins. */
public final class ShareGroups {
    private static final Logger LOG = LoggerFactory.getLogger(ShareGroups.class);
    private static final String DELIVERY_LIMIT = "share.delivery.count.limit";
    /**
     * As high as the brokers allow, first their uppermost and then their default bound, because at its own limit a broker drops a
     * record without a word, and it counts deliveries that no worker has seen.
     */
    private static final List<Integer> DELIVERY_LIMITS = List.of(25, AttemptLimits.DELIVERIES);

    private static final String RECORD_LOCKS = "share.partition.max.record.locks";
    /**
     * As many as the brokers allow, first their uppermost and then their default bound: a partition goes on for so many records
     * past one that takes long.
     */
    private static final List<Integer> MOST_RECORD_LOCKS = List.of(10_000, 4_000);

    private static final Duration PROPAGATION = Duration.ofSeconds(20);
    private static final long PAUSE_MS = 50;

    private ShareGroups() {}

    /** The one group that reads a model's lane. */
    public static String name(String model, Lane lane) {
        return "millrace-worker." + model + "." + lane.suffix();
    }

    /**
     * Sets what every group needs, and reads it back: who may not change groups can still work with groups that somebody else
     * has set up. Blocks.
     *
     * @param lock how long a record stays with a worker that says nothing
     * @throws KafkaException if Kafka does not answer, or if a group is not as it must be; the message names the group, the
     *     setting, both values and what the brokers said
     */
    public static void configure(KafkaSettings kafka, Collection<String> groups, Duration lock) {
        Map<String, String> wanted = new TreeMap<>(Map.of(
                "share.isolation.level",
                "read_committed",
                "share.auto.offset.reset",
                "earliest",
                "share.record.lock.duration.ms",
                Long.toString(lock.toMillis())));
        try (Admin admin = Admin.create(kafka.client(Map.of()))) {
            Optional<Throwable> refusal = setHighest(admin, groups, wanted);
            List<String> findings = differencesThatStay(admin, groups, wanted, refusal.isPresent());
            if (!findings.isEmpty()) {
                throw new KafkaException(
                        String.join("; ", findings)
                                + refusal.map(why -> "; the brokers refused the change: " + why.getMessage())
                                        .orElse("")
                                + " (worker.lock_duration must lie within the brokers' group.share.min and"
                                + " max.record.lock.duration.ms)",
                        refusal.orElse(null));
            }
            raiseRecordLocks(admin, groups);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException("the share groups' settings cannot be read", e.getCause());
        }
    }

    /** Adds the highest delivery limit that the brokers take, or else the least that will do; returns why they refused. */
    private static Optional<Throwable> setHighest(Admin admin, Collection<String> groups, Map<String, String> wanted)
            throws InterruptedException {
        Optional<Throwable> refusal = Optional.empty();
        for (int limit : DELIVERY_LIMITS) {
            wanted.put(DELIVERY_LIMIT, Integer.toString(limit));
            refusal = set(admin, groups, wanted);
            if (refusal.isEmpty()) {
                return refusal;
            }
            if (!(refusal.get() instanceof InvalidConfigurationException)) {
                break;
            }
        }
        wanted.put(DELIVERY_LIMIT, Integer.toString(AttemptLimits.DELIVERIES));
        return refusal;
    }

    /** Without it the groups work, too. */
    private static void raiseRecordLocks(Admin admin, Collection<String> groups) throws InterruptedException {
        Optional<Throwable> refusal = Optional.empty();
        for (int locks : MOST_RECORD_LOCKS) {
            refusal = set(admin, groups, Map.of(RECORD_LOCKS, Integer.toString(locks)));
            if (refusal.isEmpty()) {
                return;
            }
            if (!(refusal.get() instanceof InvalidConfigurationException)) {
                break;
            }
        }
        LOG.atInfo()
                .addKeyValue("setting", RECORD_LOCKS)
                .addKeyValue("refusal", refusal.map(Throwable::getMessage).orElse(""))
                .log("how many records of a partition may be under way could not be raised");
    }

    /** Returns why the brokers refused, if they did. */
    private static Optional<Throwable> set(Admin admin, Collection<String> groups, Map<String, String> wanted)
            throws InterruptedException {
        List<AlterConfigOp> settings = wanted.entrySet().stream()
                .map(setting -> new AlterConfigOp(
                        new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        Map<ConfigResource, Collection<AlterConfigOp>> changes = groups.stream()
                .map(ShareGroups::resource)
                .collect(Collectors.toMap(Function.identity(), group -> settings));
        try {
            admin.incrementalAlterConfigs(changes).all().get();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.ofNullable(e.getCause());
        }
    }

    /** A broker answers by what it knows, and hears of a change a moment after the controller took it. */
    private static List<String> differencesThatStay(
            Admin admin, Collection<String> groups, Map<String, String> wanted, boolean refused)
            throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + (refused ? 0 : PROPAGATION.toNanos());
        List<String> findings = differences(admin, groups, wanted);
        while (!findings.isEmpty() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            findings = differences(admin, groups, wanted);
        }
        return findings;
    }

    private static List<String> differences(Admin admin, Collection<String> groups, Map<String, String> wanted)
            throws InterruptedException, ExecutionException {
        Map<ConfigResource, Config> found = admin.describeConfigs(
                        groups.stream().map(ShareGroups::resource).toList())
                .all()
                .get();
        return found.entrySet().stream()
                .flatMap(group -> differences(group.getKey().name(), group.getValue(), wanted))
                .toList();
    }

    private static Stream<String> differences(String group, Config found, Map<String, String> wanted) {
        return wanted.entrySet().stream().flatMap(setting -> {
            String value = Optional.ofNullable(found.get(setting.getKey()))
                    .map(ConfigEntry::value)
                    .orElse("not set");
            return isAsWanted(setting.getKey(), value, setting.getValue())
                    ? Stream.empty()
                    : Stream.of("share group " + group + " has " + setting.getKey() + "=" + value + " and needs "
                            + setting.getValue());
        });
    }

    private static boolean isAsWanted(String key, String value, String wanted) {
        boolean higher = key.equals(DELIVERY_LIMIT)
                && value.matches("\\d{1,4}")
                && Integer.parseInt(value) >= Integer.parseInt(wanted);
        return higher || value.equals(wanted);
    }

    private static ConfigResource resource(String group) {
        return new ConfigResource(ConfigResource.Type.GROUP, group);
    }
}
