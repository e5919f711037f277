package io.weir.bench.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/** Two groups, one of each protocol, whose members come and go. One thread. */
final class Groups {
    private static final int MOST_MEMBERS = 4;
    private static final Map<String, String> PROTOCOLS = Map.of("soak-classic", "classic", "soak-consumer", "consumer");

    private final String bootstrap;
    private final List<String> topics;
    private final Ledger ledger;
    private final Crew crew;
    private final RandomGenerator random;
    private final Map<String, List<Member>> members = new LinkedHashMap<>();
    private final LongAdder rebalances = new LongAdder();
    private final LongAdder failedCommits = new LongAdder();

    Groups(String bootstrap, List<String> topics, Ledger ledger, Crew crew, RandomGenerator random) {
        this.bootstrap = bootstrap;
        this.topics = topics;
        this.ledger = ledger;
        this.crew = crew;
        this.random = random;
    }

    static List<String> names() {
        return PROTOCOLS.keySet().stream().sorted().toList();
    }

    void start() {
        for (String group : names()) {
            members.put(group, new ArrayList<>());
            join(group);
            join(group);
        }
    }

    /** One member comes or goes. */
    void stir() {
        String group = names().get(random.nextInt(names().size()));
        List<Member> present = members.getOrDefault(group, List.of());
        boolean more = present.size() < 2 || (present.size() < MOST_MEMBERS && random.nextBoolean());
        if (more) {
            join(group);
        } else {
            present.remove(random.nextInt(present.size())).stop(random.nextInt(3) > 0);
        }
    }

    private void join(String group) {
        String protocol = PROTOCOLS.getOrDefault(group, "classic");
        Member member = new Member(bootstrap, group, protocol, topics, ledger, rebalances::increment, failedCommits);
        members.computeIfAbsent(group, name -> new ArrayList<>()).add(member);
        crew.start(group, member);
    }

    void stop() {
        members.values().forEach(each -> each.forEach(member -> member.stop(true)));
    }

    long rebalances() {
        return rebalances.sum();
    }

    long failedCommits() {
        return failedCommits.sum();
    }
}
