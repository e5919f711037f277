package io.weir.controller.balance;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.controller.Placement;
import io.weir.metadata.node.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link Planner} finds, while the controller of this process is the active one: gives partitions back
 * to their preferred owners, finds owners for those without, and moves candidates when nodes have come or gone. One
 * request is under way at a time, each made from an image that shows what the one before has done; partitions that
 * somebody else is moving are left alone. A controller that becomes active begins with what it finds.
 *
 * <p>Install it in the metadata loader beside the controller. One thread owns all state; it does not block.
 */
public final class Balancer implements MetadataPublisher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

    /** When nothing is to be done and no image comes, time alone may change that: look this rarely. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private static final List<Role> OWNERS = List.of(Role.BROKER, Role.COORDINATOR);

    private final BalanceConfig config;
    private final Controller controller;
    private final BalanceRequests requests;
    private final OwnerReports reports;
    private final Pace pace;
    private final BalanceMetrics metrics;
    private final Time time;
    private final ScheduledExecutorService loop;
    private volatile MetadataImage latest = MetadataImage.EMPTY;
    private volatile int pending;
    private volatile int spread;

    // Below: the loop's own.
    private @Nullable Presences presences;
    private Survey survey = new Survey();
    private MetadataImage looked = MetadataImage.EMPTY;
    private long idleUntilNanos;
    private long beganNanos = -1;
    /** End of the last round of giving back, or when this controller became active. */
    private long gaveBackNanos;

    private boolean givingBack;
    private boolean busy;
    /** Image of the last election: what it changed is not in there. */
    private MetadataImage elected = MetadataImage.EMPTY;

    /**
     * Looks at nothing before {@link #start}.
     *
     * @param reports of all nodes, for as long as this controller is the active one
     */
    public Balancer(
            BalanceConfig config, Controller controller, OwnerReports reports, Time time, PrometheusRegistry registry) {
        this.config = config;
        this.reports = reports;
        this.pace = new Pace(reports);
        this.controller = controller;
        this.requests = new BalanceRequests(controller, time);
        this.time = time;
        this.metrics = new BalanceMetrics(registry, () -> pending, () -> spread);
        this.loop = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("weir-balancer").daemon().factory());
    }

    /** Begins to look. Once. */
    public Balancer start() {
        reports.onNews(() -> post(() -> {
            idleUntilNanos = time.nanoseconds();
            look();
        }));
        long interval = config.checkInterval().toNanos();
        ScheduledFuture<?> _ =
                loop.scheduleWithFixedDelay(guarded(this::look), interval, interval, TimeUnit.NANOSECONDS);
        return this;
    }

    @Override
    public String name() {
        return "WeirBalancer";
    }

    @Override
    public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
        latest = image;
    }

    private void look() {
        if (!controller.isActive()) {
            forget();
            return;
        }
        if (busy) {
            return;
        }
        MetadataImage image = latest;
        long now = time.nanoseconds();
        if (isSame(image.topics(), looked.topics())
                && isSame(image.cluster(), looked.cluster())
                && now - idleUntilNanos < 0) {
            return;
        }
        looked = image;
        Presences nodes = presences;
        if (nodes == null) {
            nodes = new Presences(config, now);
            presences = nodes;
            gaveBackNanos = now;
        }
        Set<Integer> leaving = reports.leaving(image.cluster());
        nodes.see(image.cluster(), Survey.named(image), leaving, now);
        survey.see(image, config, nodes, leaving, now);
        boolean settled = nodes.isSettled(now);
        if (electWhereNobodyLeads(image)) {
            return;
        }
        if (!pace.isSettled(image, now)) {
            idleUntilNanos = now;
            return;
        }
        if (drain(image, leaving, now) || (settled && act(image, nodes, now))) {
            return;
        }
        idleUntilNanos = settled && !survey.isWaiting() ? now + IDLE.toNanos() : now;
    }

    /** Images share what did not change; to compare what is in them would be as much work as to look. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Object part, Object before) {
        return part == before;
    }

    /** Another controller decides now. Should this one be asked again, it begins anew. */
    private void forget() {
        if (presences != null) {
            presences = null;
            survey = new Survey();
            looked = MetadataImage.EMPTY;
            beganNanos = -1;
            givingBack = false;
            pending = 0;
            spread = 0;
        }
    }

    /** KRaft does so itself when a candidate comes back, but not when it was made one just now. */
    private boolean electWhereNobodyLeads(MetadataImage image) {
        return elect(image, ElectionType.UNCLEAN, survey.leaderless(), config.batchPartitions());
    }

    /** Hands on what those have that are about to leave; whether a request went out. */
    private boolean drain(MetadataImage image, Set<Integer> leaving, long now) {
        for (int node : leaving) {
            List<Slot> slots =
                    OWNERS.stream().flatMap(role -> survey.slots(role).stream()).toList();
            List<Move> due = Drain.next(
                    node,
                    slots,
                    (partition, candidate) ->
                            !leaving.contains(candidate) && Survey.mayOwn(image, partition, candidate),
                    config.batchOwners());
            if (due.isEmpty()) {
                reports.drained(node);
                continue;
            }
            List<Move> moves = due.subList(0, pace.size(due.size(), now));
            List<TopicPartition> partitions = moves.stream()
                    .map(move ->
                            new TopicPartition(move.slot().topic(), move.slot().partition()))
                    .toList();
            pace.sent(partitions, image, now);
            send("drain", moves.size(), () -> handOn(moves, partitions));
            return true;
        }
        return false;
    }

    /** An election prefers whoever is first: so for a moment that is another. */
    private CompletableFuture<Integer> handOn(List<Move> moves, List<TopicPartition> partitions) {
        return requests.move(moves)
                .thenCompose(refused ->
                        requests.elect(ElectionType.PREFERRED, partitions).thenApply(more -> refused + more))
                .thenCompose(refused -> requests.move(Drain.back(moves)).thenApply(more -> refused + more))
                .thenApply(refused -> {
                    metrics.moved(Move.Kind.DRAIN, moves.size() - Math.min(refused, moves.size()));
                    return refused;
                });
    }

    private boolean giveBack(MetadataImage image, long now) {
        List<TopicPartition> batch = survey.strayed().stream()
                .limit(pace.size(config.batchOwners(), now))
                .toList();
        boolean sent = elect(image, ElectionType.PREFERRED, batch, batch.size());
        if (sent) {
            pace.sent(batch, image, now);
        }
        return sent;
    }

    private boolean elect(MetadataImage image, ElectionType type, List<TopicPartition> partitions, int limit) {
        if (partitions.isEmpty() || isSame(image.topics(), elected.topics())) {
            return false;
        }
        elected = image;
        String kind = type.name().toLowerCase(Locale.ROOT);
        List<TopicPartition> batch = partitions.stream().limit(limit).toList();
        send(
                "elect_" + kind,
                batch.size(),
                () -> requests.elect(type, batch).thenApply(refused -> {
                    metrics.elected(kind, batch.size() - refused);
                    return refused;
                }));
        return true;
    }

    /** Whether a request went out. */
    private boolean act(MetadataImage image, Presences nodes, long now) {
        if (config.candidates() && !survey.stuck().isEmpty()) {
            List<TopicPartition> batch =
                    survey.stuck().stream().limit(config.batchPartitions()).toList();
            send("cancel", batch.size(), () -> requests.cancel(batch));
            return true;
        }
        if (config.leaders() && givesBack(now) && giveBack(image, now)) {
            return true;
        }
        List<Move> due = new ArrayList<>();
        int widest = 0;
        for (Role role : OWNERS) {
            Collection<Member> members = nodes.members(image.cluster(), role, now);
            due.addAll(Planner.plan(Placement.CANDIDATES, config.goals(), members, survey.slots(role)));
            widest = Math.max(widest, width(Planner.owned(members, survey.slots(role))));
        }
        spread = widest;
        report(due, now);
        if (due.isEmpty()) {
            return false;
        }
        List<Move> batch = batch(due);
        survey.sent(batch, now);
        send(
                "move",
                batch.size(),
                () -> requests.move(batch).whenComplete((refused, failure) -> {
                    if (failure == null && refused == 0) {
                        counts(batch).forEach((kind, count) -> metrics.moved(kind, count.intValue()));
                    } else {
                        post(() -> survey.failed(batch));
                    }
                }));
        return true;
    }

    /** Whether partitions go back to their preferred owners now. A round lasts until none is elsewhere. */
    private boolean givesBack(long now) {
        if (survey.strayed().isEmpty()) {
            gaveBackNanos = givingBack ? now : gaveBackNanos;
            givingBack = false;
        } else if (now - gaveBackNanos >= config.giveBackInterval().toNanos()) {
            givingBack = true;
        }
        return givingBack;
    }

    private static int width(Map<Integer, Integer> owned) {
        return owned.isEmpty()
                ? 0
                : owned.values().stream().mapToInt(count -> count).max().orElse(0)
                        - owned.values().stream().mapToInt(count -> count).min().orElse(0);
    }

    /** Those without an owner first; then only so many others that a change of owner stays short. */
    private List<Move> batch(List<Move> due) {
        List<Move> batch = new ArrayList<>();
        int owners = 0;
        List<Move> adoptionsFirst = due.stream()
                .sorted(Comparator.comparing(move -> move.kind() != Move.Kind.ADOPT))
                .toList();
        for (Move move : adoptionsFirst) {
            // Whoever stays a candidate stays the owner, until partitions are given to those who are preferred.
            boolean changesOwner =
                    move.slot().leader() >= 0 && !move.to().contains(move.slot().leader());
            if (batch.size() < config.batchPartitions() && (!changesOwner || owners < config.batchOwners())) {
                batch.add(move);
                owners += changesOwner ? 1 : 0;
            }
        }
        return batch;
    }

    private void report(List<Move> due, long now) {
        int before = pending;
        pending = due.size() + survey.moving();
        if (beganNanos < 0 && !due.isEmpty()) {
            beganNanos = now;
            LOG.info("event=balance_began moves={} by_kind={} spread={}", due.size(), counts(due), spread);
        } else if (beganNanos >= 0 && pending == 0) {
            LOG.info(
                    "event=balance_done took_ms={} spread={}", TimeUnit.NANOSECONDS.toMillis(now - beganNanos), spread);
            beganNanos = -1;
        } else if (pending != before) {
            LOG.info("event=balance_goes_on moves={} moving={} spread={}", due.size(), survey.moving(), spread);
        }
    }

    private static Map<Move.Kind, Long> counts(List<Move> moves) {
        return moves.stream()
                .collect(
                        Collectors.groupingBy(Move::kind, () -> new EnumMap<>(Move.Kind.class), Collectors.counting()));
    }

    private void send(String what, int partitions, Supplier<CompletableFuture<Integer>> request) {
        busy = true;
        CompletableFuture<?> _ = request.get()
                .whenComplete((refused, failure) -> post(() -> {
                    if (failure != null || refused > 0) {
                        metrics.failure();
                        pace.failed();
                        elected = MetadataImage.EMPTY;
                        LOG.warn(
                                "event=balance_request_failed what={} partitions={} refused={} error={}",
                                what,
                                partitions,
                                refused,
                                failure == null ? "none" : failure.toString());
                    } else {
                        LOG.debug("event=balance_request what={} partitions={}", what, partitions);
                    }
                    after(failure == null && refused == 0 ? config.pause() : config.settle(), () -> {
                        busy = false;
                        look();
                    });
                }));
    }

    private void after(Duration delay, Runnable step) {
        try {
            ScheduledFuture<?> _ = loop.schedule(guarded(step), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=balancer_closed_meanwhile");
        }
    }

    private void post(Runnable step) {
        try {
            loop.execute(guarded(step));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=balancer_closed_meanwhile");
        }
    }

    /** A step that throws is a bug; the next look begins anew. */
    private Runnable guarded(Runnable step) {
        return () -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.error("event=balancer_step_failed", e);
                busy = false;
            }
        };
    }

    /** Ends; what is under way is carried out, and nothing after it. */
    @Override
    public void close() {
        loop.shutdownNow();
        metrics.close();
    }
}
