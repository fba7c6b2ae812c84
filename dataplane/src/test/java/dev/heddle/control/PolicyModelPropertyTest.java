package dev.heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.control.PolicyOracle.Outcome;
import dev.heddle.control.PolicyOracle.Packet;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds what the published tables decide against {@link PolicyOracle}, on the way from one random
 * world to another: the operations in any order, in any number of transactions, there and back.
 */
class PolicyModelPropertyTest {
  /** Of what is named before it is there, or goes before those who name it. */
  private static final Set<Status.Code> REFUSALS =
      Set.of(Status.Code.NOT_FOUND, Status.Code.FAILED_PRECONDITION, Status.Code.ALREADY_EXISTS);

  private static final int WORLDS = 4;
  private static final int PACKETS = 25;

  private final FlowKeys keys = new FlowKeys(1);
  private final PolicyHits hits = new PolicyHits();
  private ControlFixture daemon;
  private PolicyWorld applied = new PolicyWorld();
  private RandomPolicies policies;
  private Random random;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void shouldDecideAsTheMessagesSayInWhateverOrderTheyCome(long seed) {
    random = new Random(seed);
    policies = new RandomPolicies(random, daemon);
    PolicyWorld before = new PolicyWorld();
    for (int i = 0; i < WORLDS; i++) {
      PolicyWorld next = policies.world(before);
      changeTo(next);
      changeTo(before);
      daemon.client.replace(next.all());
      applied = next.copy();
      compare();
      before = next;
    }
  }

  /** Applies the difference in pieces; a piece that is refused waits for the next one. */
  private void changeTo(PolicyWorld wanted) {
    List<Operation> operations = applied.operationsTo(wanted);
    Collections.shuffle(operations, random);
    List<Operation> piece = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      piece.add(operations.get(i));
      boolean last = i == operations.size() - 1;
      if ((last || policies.chance(8)) && isTaken(piece, last)) {
        piece.forEach(applied::apply);
        piece.clear();
        compare();
      }
    }
    assertThat(applied.operationsTo(wanted)).isEmpty();
  }

  private boolean isTaken(List<Operation> piece, boolean mustBe) {
    int publications = daemon.publications();
    try {
      daemon.client.apply(piece);
      return true;
    } catch (StatusRuntimeException e) {
      if (mustBe) {
        throw e;
      }
      assertThat(e.getStatus().getCode()).isIn(REFUSALS);
      assertThat(daemon.publications()).isEqualTo(publications);
      return false;
    }
  }

  /** Asks the tables and the oracle about packets of all endpoints. */
  private void compare() {
    Map<String, Integer> interfaces = new HashMap<>();
    for (EndpointStatus status : daemon.client.endpoints()) {
      interfaces.put(status.getEndpoint().getName(), status.getInterfaceIndex());
    }
    assertThat(interfaces.keySet()).isEqualTo(applied.endpoints.keySet());
    List<RuleHits> places =
        daemon.client.ruleHits("").stream()
            .map(each -> each.toBuilder().clearPackets().build())
            .toList();
    for (Endpoint endpoint : applied.endpoints.values()) {
      Attachment attachment = daemon.tables().attachment(interfaces.get(endpoint.getName()));
      compare(endpoint, false, attachment.egressProgram(), places);
      compare(endpoint, true, attachment.ingressProgram(), places);
    }
  }

  private void compare(Endpoint endpoint, boolean ingress, int program, List<RuleHits> places) {
    List<RuleHits> own =
        places.stream()
            .filter(place -> place.getEndpoint().equals(endpoint.getName()))
            .filter(place -> place.getIngress() == ingress)
            .toList();
    PolicyOracle oracle =
        new PolicyOracle(
            applied, (selector, labels) -> RandomPolicies.SELECTORS.get(selector).test(labels));
    for (int i = 0; i < PACKETS; i++) {
      Packet packet = policies.packet();
      Outcome found = verdict(program, packet, own);
      Outcome expected = oracle.decide(endpoint, ingress, packet);
      if (!found.equals(expected)) {
        assertThat(found).as(explanation(endpoint, packet)).isEqualTo(expected);
      }
    }
  }

  private String explanation(Endpoint endpoint, Packet packet) {
    return "%s of %s in %s".formatted(packet, endpoint, applied.all());
  }

  /** What the tables say, with the names of the rules. */
  private Outcome verdict(int program, Packet packet, List<RuleHits> places) {
    if (program == PolicyTables.NO_PROGRAM) {
      assertThat(places).isEmpty();
      return new Outcome(true, null, List.of());
    }
    Tables tables = daemon.tables();
    setKeys(packet);
    int verdict = tables.policies().verdict(program, keys, 0, hits);
    List<RuleHits> logged = new ArrayList<>();
    for (int i = 0; i < hits.loggedCount(); i++) {
      logged.add(places.get(hits.logged(i)));
    }
    RuleHits by = places.get(PolicyTables.rule(verdict));
    return new Outcome(PolicyTables.allows(verdict), by, logged);
  }

  private void setKeys(Packet packet) {
    keys.sourceHigh[0] = high(packet.source());
    keys.sourceLow[0] = low(packet.source());
    keys.destinationHigh[0] = high(packet.destination());
    keys.destinationLow[0] = low(packet.destination());
    keys.ipv6[0] = packet.ipv6();
    keys.protocol[0] = packet.protocol();
    keys.sourcePort[0] = packet.sourcePort();
    keys.destinationPort[0] = packet.destinationPort();
  }

  private static long high(ByteString address) {
    return address.size() == 4 ? 0 : address.asReadOnlyByteBuffer().getLong(0);
  }

  private static long low(ByteString address) {
    ByteBuffer bytes = address.asReadOnlyByteBuffer();
    return address.size() == 4 ? Integer.toUnsignedLong(bytes.getInt(0)) : bytes.getLong(8);
  }
}
