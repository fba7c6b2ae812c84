package dev.heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Profile;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What operations are taken for on the heap: no less than they are. */
class TransactionRoomTest {
  private static final int RULES = 10_000;

  /** A parsed rule with a net and ports: its own message, two peers, lists, net and ports. */
  private static final long LEAST_RULE_BYTES = 700;

  /** A parsed prefix and its four bytes. */
  private static final long LEAST_NET_BYTES = 88;

  private static final Prefix NET =
      Prefix.newBuilder().setAddress(ByteString.copyFrom(new byte[4])).setLength(8).build();

  private static final PolicyRule RULE =
      PolicyRule.newBuilder()
          .setAction(PolicyRule.Action.ACTION_ALLOW)
          .setProtocol(6)
          .setSource(PolicyPeer.newBuilder().addNets(NET))
          .setDestination(PolicyPeer.newBuilder().addPorts(PortRange.newBuilder().setFirst(80)))
          .build();

  @Test
  void shouldCountEachRuleWhenAPolicyOrProfileHasMany() {
    var rules = Collections.nCopies(RULES, RULE);

    for (Operation operation :
        new Operation[] {
          Operations.upsert(Policy.newBuilder().addAllIngress(rules).build()),
          Operations.upsert(Policy.newBuilder().addAllEgress(rules).build()),
          Operations.upsert(Profile.newBuilder().addAllIngress(rules).build()),
          Operations.upsert(Profile.newBuilder().addAllEgress(rules).build())
        }) {
      assertThat(TransactionRoom.heapBytes(operation)).isGreaterThan(RULES * LEAST_RULE_BYTES);
    }
  }

  @Test
  void shouldCountEachMemberWhenAnIpSetHasMany() {
    var nets = Collections.nCopies(RULES, NET);

    for (Operation operation :
        new Operation[] {
          Operations.upsert(IpSet.newBuilder().addAllNets(nets).build()),
          Operations.change(IpSetChange.newBuilder().addAllAddedNets(nets).build()),
          Operations.change(IpSetChange.newBuilder().addAllRemovedNets(nets).build())
        }) {
      assertThat(TransactionRoom.heapBytes(operation)).isGreaterThan(RULES * LEAST_NET_BYTES);
    }
  }

  @Test
  void shouldForgetEarlierRevisionsWhenPoliciesFillTheHistory() {
    Operation policy =
        Operations.upsert(
            Policy.newBuilder().addAllIngress(Collections.nCopies(RULES, RULE)).build());
    ChangeHistory history = new ChangeHistory();
    history.beginAt(0);

    for (int revision = 1; revision <= 10; revision++) {
      ChangeLog log = new ChangeLog();
      log.add(policy);
      history.record(revision, log);
    }

    assertThat(history.reachesBackTo(1)).isFalse();
    assertThat(history.reachesBackTo(8)).isTrue();
  }
}
