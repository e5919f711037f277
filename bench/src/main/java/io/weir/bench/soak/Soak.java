package io.weir.bench.soak;

import io.weir.bench.soak.Problems.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** One run, from the first start of the node to its last stop. The caller's thread conducts, the clients have their own. */
final class Soak {
    private static final long PROGRESS_MS = 30_000;
    private static final long TRIM_MS = 60_000;
    private static final long CATCH_UP_MS = 90_000;
    private static final long TICK_MS = 100;
    private static final double PROBES_PER_SECOND = 100;

    private final SoakPlan plan;
    private final SoakNode node;
    private final PrintWriter out;
    private final Time time;
    private final Problems problems = new Problems();
    private final Ledger ledger = new Ledger(problems);
    private final Crew crew = new Crew(problems);
    private final Sampler sampler;
    private final RandomGenerator random;
    private long kills;
    private long terminations;
    private long mostDiskBytes;
    private volatile boolean stopping;

    Soak(SoakPlan plan, SoakNode node, PrintWriter out, Time time) {
        this.plan = plan;
        this.node = node;
        this.out = out;
        this.time = time;
        this.sampler = new Sampler(node);
        this.random = new SplittableRandom(plan.seed());
    }

    /** Does everything and returns what is to be reported. */
    Map<String, Object> run() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        if (!node.start()) {
            problems.add(Kind.NODE, "it did not start; its log says why");
            return report(null, null);
        }
        Keeper keeper = new Keeper(ledger);
        Audit audit = new Audit(node.bootstrap(), ledger, problems, time);
        BriefTopics brief = new BriefTopics(node.bootstrap(), audit, ledger, problems);
        Groups groups = new Groups(
                node.bootstrap(),
                List.of("kept-none", "kept-lz4", "kept-zstd", "probe", "expiring"),
                ledger,
                crew,
                random);
        try (Admin admin = admin()) {
            keeper.create(admin);
            List<Feeder> feeders = feeders();
            groups.start();
            Crew background = new Crew(problems);
            background.start("brief-topics", () -> whileRunning(() -> brief.live(admin)));
            background.start("audits", () -> whileRunning(() -> auditOne(audit)));
            background.start(
                    "trims",
                    () -> whileRunning(() -> {
                        pause(TRIM_MS);
                        keeper.trim(admin);
                    }));
            background.start(
                    "samples",
                    () -> whileRunning(() -> {
                        pause(plan.sampleInterval().toMillis());
                        sampler.sample();
                    }));
            conduct(groups, brief);
            finish(feeders, groups, background, audit);
        }
        if (!node.terminate()) {
            problems.add(Kind.NODE, "it did not end as it should after SIGTERM");
        }
        for (Judge.Finding finding : Judge.judge(sampler.samples())) {
            if (!finding.sound()) {
                boolean slower = finding.name().equals(Sampler.LATENCY);
                problems.add(slower ? Kind.DRIFT : Kind.LEAK, finding.toString());
            }
        }
        return report(groups, brief);
    }

    private Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers", node.bootstrap(),
                "default.api.timeout.ms", 20_000,
                "request.timeout.ms", 10_000,
                "reconnect.backoff.max.ms", 500));
    }

    private List<Feeder> feeders() {
        List<Feeder> feeders = new ArrayList<>();
        double each = (double) plan.recordsPerSecond() / (SoakPlan.CODECS.size() + 1);
        SoakPlan.CODECS.forEach(codec -> feeders.add(feeder(codec, 5, Keeper.kept(codec), each, false)));
        feeders.add(feeder("none", 5, List.of(Keeper.EXPIRING), each, false));
        feeders.add(feeder("none", 0, List.of(Keeper.PROBE), PROBES_PER_SECOND, true));
        feeders.forEach(feeder -> crew.start("feeder", feeder));
        return feeders;
    }

    private Feeder feeder(String codec, int lingerMs, List<TopicPartition> to, double perSecond, boolean probes) {
        return new Feeder(
                node.bootstrap(),
                codec,
                lingerMs,
                to,
                perSecond,
                ledger,
                problems,
                time,
                probes ? sampler::latency : nanos -> {});
    }

    /** Until the time is up: members come and go, the node is stopped and killed, progress is shown. */
    private void conduct(Groups groups, BriefTopics brief) throws IOException, InterruptedException {
        long start = time.milliseconds();
        long end = start + plan.duration().toMillis();
        long calm = end - (long) (plan.duration().toMillis() * SoakPlan.CALM_SHARE);
        long restart = start + restartPause();
        long stir = start;
        long progress = start + PROGRESS_MS;
        while (time.milliseconds() < end && problems.counts().getOrDefault(Kind.NODE, 0L) == 0) {
            long now = time.milliseconds();
            if (node.diedByItself()) {
                problems.add(Kind.NODE, "it ended by itself; its log says why");
            } else if (now >= restart && now < calm) {
                restart();
                restart = time.milliseconds() + restartPause();
            }
            if (now >= stir) {
                groups.stir();
                stir = now + Crew.between(random, 5_000, 15_000);
            }
            if (now >= progress) {
                progress = now + PROGRESS_MS;
                mostDiskBytes = Math.max(mostDiskBytes, node.diskBytes());
                showProgress(now - start, groups, brief);
            }
            pause(TICK_MS);
        }
    }

    private long restartPause() {
        long usual = Math.max(12_000, plan.duration().toMillis() / 15);
        return Crew.between(random, usual / 2, usual * 3 / 2);
    }

    private void restart() throws IOException, InterruptedException {
        if (random.nextInt(5) < 2) {
            terminations++;
            if (!node.terminate()) {
                problems.add(Kind.NODE, "it did not end as it should after SIGTERM");
            }
        } else {
            kills++;
            node.kill();
        }
        if (!node.start()) {
            problems.add(Kind.NODE, "it did not start again; its log says why");
        }
    }

    private void auditOne(Audit audit) throws InterruptedException {
        List<TopicPartition> kept = Keeper.kept();
        // Trims may go on meanwhile.
        audit.read(kept.get((int) (time.milliseconds() / 1_000 % kept.size())), true);
        pause(5_000);
    }

    private void finish(List<Feeder> feeders, Groups groups, Crew background, Audit audit) throws InterruptedException {
        stopping = true;
        feeders.forEach(Feeder::stop);
        background.join();
        long deadline = time.milliseconds() + CATCH_UP_MS;
        long still = 0;
        while (time.milliseconds() < deadline && still < 10) {
            // Feeders may have records under way yet.
            still = ledger.unseen(Groups.names()) == 0 ? still + 1 : 0;
            pause(TICK_MS);
        }
        long unseen = ledger.unseen(Groups.names());
        if (unseen > 0) {
            problems.add(Kind.LOSS, unseen + " acknowledged records were given to nobody");
        }
        groups.stop();
        crew.join();
        for (TopicPartition partition : Keeper.kept()) {
            if (audit.read(partition, false).isEmpty()) {
                problems.add(Kind.LOSS, partition + " could not be read to its end");
            }
        }
        mostDiskBytes = Math.max(mostDiskBytes, node.diskBytes());
    }

    /** Something that may be interrupted. */
    private interface Step {
        void run() throws InterruptedException;
    }

    private void whileRunning(Step step) {
        try {
            while (!stopping) {
                step.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause(long millis) {
        long end = time.milliseconds() + millis;
        while (!stopping && time.milliseconds() < end) {
            time.sleep(Math.min(TICK_MS, millis));
        }
        if (stopping) {
            time.sleep(Math.min(TICK_MS, millis));
        }
    }

    private void showProgress(long elapsedMs, Groups groups, BriefTopics brief) {
        List<Sample> samples = sampler.samples();
        Map<String, Double> last =
                samples.isEmpty() ? Map.of() : samples.getLast().values();
        out.printf(
                Locale.ROOT,
                "%5d s  life %d  acknowledged %,d  delivered %,d  repeated %,d  rebalances %d  topics %d  kills %d"
                        + "  stops %d  heap %.0f MiB  resident %.0f MiB  files %.0f  threads %.0f  disk %.0f MB  problems %s%n",
                elapsedMs / 1_000,
                node.life(),
                ledger.acknowledged(),
                ledger.delivered(),
                ledger.repeated(),
                groups.rebalances(),
                brief.whole(),
                kills,
                terminations,
                last.getOrDefault(Sampler.HEAP, 0.0) / (1 << 20),
                last.getOrDefault(Sampler.RESIDENT, 0.0) / (1 << 20),
                last.getOrDefault(Sampler.FILES, 0.0),
                last.getOrDefault(Sampler.THREADS, 0.0),
                mostDiskBytes / 1e6,
                problems.counts());
        out.flush();
    }

    private Map<String, Object> report(@Nullable Groups groups, @Nullable BriefTopics brief) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("sound", problems.none());
        report.put("seed", plan.seed());
        report.put("seconds", plan.duration().toSeconds());
        report.put("lives", node.life());
        report.put("kills", kills);
        report.put("terminations", terminations);
        report.put("acknowledged", ledger.acknowledged());
        report.put("delivered", ledger.delivered());
        report.put("deliveredAgain", ledger.repeated());
        if (groups != null && brief != null) {
            report.put("rebalances", groups.rebalances());
            report.put("failedCommits", groups.failedCommits());
            report.put("briefTopics", brief.whole());
            report.put("briefTopicsDisturbed", brief.disturbed());
        }
        report.put("mostDiskBytes", mostDiskBytes);
        report.put("problems", problems.counts());
        report.put("details", problems.details());
        report.put(
                "findings",
                Judge.judge(sampler.samples()).stream().map(Soak::json).toList());
        report.put("samples", sampler.samples().stream().map(Soak::json).toList());
        return report;
    }

    private static Map<String, Object> json(Judge.Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("life", finding.life());
        json.put("name", finding.name());
        json.put("first", finding.first());
        json.put("last", finding.last());
        json.put("sound", finding.sound());
        return json;
    }

    private static Map<String, Object> json(Sample sample) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("life", sample.life());
        json.put("ageSeconds", sample.ageSeconds());
        json.putAll(sample.values());
        json.put(Sampler.LATENCY, sample.latencies().percentile(99));
        return json;
    }
}
