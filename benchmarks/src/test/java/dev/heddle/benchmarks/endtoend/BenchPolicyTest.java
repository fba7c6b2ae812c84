package dev.heddle.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.compile.policy.PortRange;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BenchPolicyTest {
  private static final int PORTS = 1 << 16;
  private static final int SOURCE_PORT_OFFSET = 34;

  @Test
  void shouldCoverJustTheRangeWhenItsPortsBecomeMasks() {
    for (PortRange range :
        List.of(
            new PortRange(20_001, 20_004),
            new PortRange(4_096, 4_096),
            new PortRange(0, 0),
            new PortRange(0, 65_535),
            new PortRange(1, 65_534))) {
      Set<Integer> covered = new TreeSet<>();
      for (String mask : BenchPolicy.masks(range)) {
        String[] parts = mask.split("/");
        int value = Integer.decode(parts[0]);
        int bits = Integer.decode(parts[1]);
        IntStream.range(0, PORTS).filter(port -> (port & bits) == value).forEach(covered::add);
      }

      assertThat(covered)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(range.first(), range.last()).boxed().toList());
    }
  }

  @Test
  void shouldHaveAFlowForEachRuleWhenTheyAreGivenToOpenVSwitch() {
    List<String> flows = BenchPolicy.flows("from", "allow");

    Set<String> priorities = new HashSet<>();
    flows.forEach(flow -> priorities.add(flow.split(",")[0]));
    assertThat(priorities).hasSize(BenchPolicy.RULES);
    assertThat(flows.getLast()).isEqualTo("priority=1,in_port=from,ip,actions=allow");
    assertThat(flows).anyMatch(flow -> flow.endsWith("actions=drop"));
  }

  @Test
  void shouldAllowEverythingLastWhenTheRulesAreGivenToTheDaemon() {
    List<Operation> operations = BenchPolicy.operations("bench", "generator");

    List<PolicyRule> rules = operations.getLast().getUpsertPolicy().getEgressList();
    assertThat(rules).hasSize(BenchPolicy.RULES);
    assertThat(rules.getLast())
        .isEqualTo(
            PolicyRule.newBuilder()
                .setNetwork("bench")
                .setAction(PolicyRule.Action.ACTION_ALLOW)
                .build());
  }

  @Test
  void shouldSendFromEachPortWhenFlowsAreMany() {
    Scenario scenario = Scenario.POLICED_MANY_FLOWS;
    Set<Short> ports = new HashSet<>();
    for (int buffer = 0; buffer < scenario.buffers(); buffer++) {
      ports.add(ByteBuffer.wrap(scenario.frame(buffer)).getShort(SOURCE_PORT_OFFSET));
    }

    assertThat(ports).hasSize(PORTS);
  }
}
