package dev.heddle.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.compile.policy.RuleTier;
import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.table.Attachment;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies of endpoints, from update to update. */
class EndpointPolicyTest {
  private static final List<RuleTier> ALLOW = List.of(new RuleTier(List.of(), Action.ALLOW));
  private static final List<RuleTier> DENY = List.of(new RuleTier(List.of(), Action.DENY));

  private final Arena arena = Arena.ofConfined();
  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(1 << 20), new Neighbours(arena));
  private long revision;

  @BeforeEach
  void addEndpoints() {
    compiler.begin();
    compiler.addNetwork(network("blue", 1));
    compiler.addNetwork(network("red", 2));
    compiler.addEndpoint(endpoint(0, "blue"));
    compiler.addEndpoint(endpoint(1, "blue"));
    compiler.addEndpoint(endpoint(2, "red"));
    finish();
  }

  @AfterEach
  void close() {
    compiler.close();
    arena.close();
  }

  @Test
  void shouldShareProgramsWithinANetworkWhenPoliciesAreEqual() {
    compiler.begin();
    compiler.policies().set("e0", ALLOW, DENY);
    compiler.policies().set("e1", ALLOW, List.of());
    compiler.policies().set("e2", ALLOW, List.of());
    Tables tables = finish();
    Attachment first = tables.attachment(0);
    assertThat(allows(tables, first.egressProgram())).isTrue();
    assertThat(allows(tables, first.ingressProgram())).isFalse();
    assertThat(tables.attachment(1).egressProgram()).isEqualTo(first.egressProgram());
    assertThat(tables.attachment(1).ingressProgram()).isEqualTo(PolicyTables.NO_PROGRAM);
    assertThat(tables.attachment(2).egressProgram()).isNotEqualTo(first.egressProgram());
  }

  @Test
  void shouldKeepThePolicyWhenAnUpdateIsUndone() {
    compiler.begin();
    compiler.policies().set("e0", DENY, List.of());
    Tables before = finish();
    compiler.begin();
    compiler.policies().set("e0", ALLOW, ALLOW);
    compiler.prepare();
    compiler.undo();
    compiler.begin();
    Tables after = finish();
    assertThat(after.attachment(0)).isEqualTo(before.attachment(0));
    assertThat(allows(after, after.attachment(0).egressProgram())).isFalse();
  }

  @Test
  void shouldForgetProgramsWhenTheLastEndpointGoes() {
    compiler.begin();
    compiler.policies().set("e0", DENY, List.of());
    int program = finish().attachment(0).egressProgram();
    compiler.begin();
    compiler.removeEndpoint("e0");
    assertThat(finish().policies().programs()[program]).isNull();
  }

  @Test
  void shouldForgetSetsWhenTheirNetworkGoes() {
    compiler.begin();
    compiler.policies().addMember("red", 1, IpPrefix.containing(IpAddress.v4(0x0a00_0002), 32));
    assertThat(finish().policies().setRoots4()).hasSize(2);
    compiler.begin();
    compiler.removeEndpoint("e2");
    compiler.removeNetwork("red");
    assertThat(finish().policies().setRoots4()).hasSizeLessThan(2);
  }

  private static boolean allows(Tables tables, int program) {
    int verdict = tables.policies().verdict(program, new FlowKeys(1), 0, new PolicyHits());
    return PolicyTables.allows(verdict);
  }

  private Tables finish() {
    compiler.prepare();
    Tables tables = compiler.finish(++revision);
    compiler.settle(routeId -> {});
    return tables;
  }

  private static Network network(String name, int vni) {
    IpAddress gateway = IpAddress.v4(0x0a00_0001);
    IpPrefix range = IpPrefix.containing(gateway, 24);
    return new Network(name, vni, range, null, gateway, null, 1500, "", false);
  }

  private static Endpoint endpoint(int number, String network) {
    MemifAttachment memif =
        new MemifAttachment(
            true, "/" + number, "", number, "", false, 1, 10, 2048, 256, false, false);
    IpAddress address = IpAddress.v4(0x0a00_0002 + number);
    return new Endpoint(
        "e" + number, network, List.of(address), number + 1L << 8, 0, List.of(), memif);
  }
}
