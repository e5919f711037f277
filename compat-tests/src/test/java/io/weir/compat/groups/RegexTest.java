package io.weir.compat.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(SharedServer.class)
class RegexTest {
    private final Cluster cluster;
    private final String prefix = Cluster.name("regex");
    private final String group = Cluster.name("group");

    RegexTest(Cluster cluster) {
        this.cluster = cluster;
        cluster.topicNamed(prefix + ".a", 2);
        cluster.topicNamed("other-" + prefix, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_RANGE", "CONSUMER_UNIFORM"})
    void aPatternThatTheClientResolves(Protocol protocol) {
        var consumer = cluster.consumer(protocol.settings(group));
        consumer.subscribe(Pattern.compile(Pattern.quote(prefix) + "\\..*"));
        followsTheTopicsThatMatch(consumer);
    }

    @Test
    void aPatternThatTheServerResolves() {
        var consumer = cluster.consumer(Protocol.CONSUMER_UNIFORM.settings(group));
        consumer.subscribe(new SubscriptionPattern(prefix + "\\..*"));
        followsTheTopicsThatMatch(consumer);
    }

    @Test
    void aPatternThatIsNoneIsRefused() {
        var consumer = cluster.consumer(Protocol.CONSUMER_UNIFORM.settings(group));
        consumer.subscribe(new SubscriptionPattern("(unclosed"));

        assertThatThrownBy(() -> Records.poll(consumer, 1)).isInstanceOf(InvalidRegularExpression.class);
    }

    private void followsTheTopicsThatMatch(KafkaConsumer<String, String> consumer) {
        Members members = new Members(consumer);
        members.pollUntilShared(2);

        cluster.topicNamed(prefix + ".b", 1);
        members.pollUntilShared(3);

        Records.sendNumbers(cluster.producer(), new TopicPartition(prefix + ".b", 0), 5);
        Records.sendNumbers(cluster.producer(), new TopicPartition("other-" + prefix, 0), 5);
        members.pollUntilReceived(5);
        assertThat(members.values()).isEqualTo(List.of("0", "1", "2", "3", "4"));
        assertThat(consumer.subscription()).doesNotContain("other-" + prefix);
    }
}
