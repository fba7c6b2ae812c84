package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.v1.Operation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code heddle apply} and {@code heddle export} with a whole daemon. */
class StateCliIT extends DaemonCliFixture {
  private static final String STATE =
      """
      uplinks:
      - address4: 192.0.2.1
        prefix_length4: 24
        memif: {role: server, socket: %1$s/up}
      nodes:
      - name: east
        vteps: [{address: 192.0.2.2}]
      networks:
      - name: blue
        vni: 56
        range4: 172.19.0.0/16
        range6: fd00:19::/64
        count_routes: true
      ip_sets:
      - network: blue
        name: internet
        nets: [8.8.8.8/32]
      tiers:
      - name: first
        order: -5
        default_action: pass
      policies:
      - name: web
        tier: first
        selector: role == 'web'
        applies_to_ingress: true
        ingress:
        - action: allow
          protocol: 6
          destination: {ports: [{first: 80, last: 80}]}
      endpoints:
      - name: a
        network: blue
        addresses: [172.19.0.10, fd00:19::10]
        mac: 02:00:00:00:00:0a
        labels:
          role: web
          zone: "1"
        memif:
          role: server
          socket: %1$s/a
      routes:
      - network: blue
        prefixes: [10.0.0.0/8, 11.0.0.0/8]
        next_hops:
        - node: east
          weight: 3
        - endpoint: a
      - network: blue
        prefixes: [12.0.0.0/8]
        next_hops: [{drop: true}]
      """;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("state.yaml"), text.formatted(directory));
  }

  private int apply(String text, String... options) throws IOException {
    return run("apply -f " + file(text) + " " + String.join(" ", options));
  }

  @Test
  void shouldReadStandardInputWhenTheFileIsADash() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(input("networks:\n- {name: blue, vni: 56, range4: 172.19.0.0/16}\n"));
      assertThat(run("apply -f -")).isZero();
      assertThat(out).isEqualTo("revision 1\n");
      System.setIn(input("networks:\n- name: blue\n  vni: 56\n  range4: 172.20.0.0\n"));
      assertThat(run("diff -f -")).isEqualTo(1);
      assertThat(err).startsWith("heddle: standard input:4: network blue: range4 172.20.0.0");
      System.setIn(input("networks: \u0001\n"));
      assertThat(run("diff -f -")).isEqualTo(1);
      assertThat(err).startsWith("heddle: standard input:1: no YAML: ");
    } finally {
      System.setIn(before);
    }
  }

  private static InputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldMakeWhatAFileSaysAndWriteItDownAgain() throws IOException {
    apply(STATE, "--replace");
    assertThat(err).isEmpty();
    assertThat(out).isEqualTo("revision 1\n");
    run("export");
    assertThat(err).isEmpty();
    assertThat(out)
        .contains(
            """
            policies:
            - name: web
              tier: first
              selector: "role == 'web'"
              applies_to_ingress: true
              ingress:
              - action: allow
                protocol: 6
                destination:
                  ports:
                  - first: 80
                    last: 80
            """)
        .contains(
            """
            routes:
            - network: blue
              prefixes:
              - "10.0.0.0/8"
              - "11.0.0.0/8"
              next_hops:
              - endpoint: a
                weight: 1
              - node: east
                weight: 3
            - network: blue
              prefixes:
              - "12.0.0.0/8"
              next_hops:
              - drop: {}
                weight: 1
            """)
        .contains("  order: -5\n  default_action: pass\n", "  mac: \"02:00:00:00:00:0a\"\n")
        .containsPattern("  memif:\n    role: server\n    socket: .*/a\"\n");
    // What was written down is what there is.
    Path exported = Files.writeString(directory.resolve("exported.yaml"), out);
    run("apply --replace --file " + exported);
    assertThat(err).isEmpty();
    assertThat(out).isEqualTo("revision 1\n");
  }

  @Test
  void shouldLeaveAloneWhatTheFileDoesNotNameUnlessItIsTheWholeState() throws IOException {
    apply(STATE);
    String red = "networks:\n- {name: red, vni: 57, range4: 172.19.0.0/16}\n";
    apply(red);
    assertThat(out).isEqualTo("revision 2\n");
    assertThat(daemon.client().networks()).hasSize(2);
    apply(red, "--replace");
    assertThat(out).isEqualTo("revision 3\n");
    assertThat(daemon.client().networks()).hasSize(1);
    assertThat(daemon.client().endpoints()).isEmpty();
  }

  @Test
  void shouldShowWhatAFileWouldChangeAndChangeNothing() throws IOException {
    apply(STATE);
    assertThat(run("diff -f " + file(STATE) + " --replace")).isZero();
    assertThat(out).isEmpty();

    String other =
        """
        uplinks:
        - address4: 192.0.2.1
          prefix_length4: 24
          memif: {role: server, socket: %1$s/up}
        networks:
        - {name: blue, vni: 56, range4: 172.19.0.0/16, range6: fd00:19::/64, count_routes: true, mtu: 1400}
        - {name: red, vni: 57, range4: 172.19.0.0/16}
        endpoints:
        - name: a
          network: blue
          addresses: [172.19.0.11]
          mac: 02:00:00:00:00:0a
          memif: {role: server, socket: %1$s/a}
        routes:
        - network: blue
          prefixes: [13.0.0.0/8]
          next_hops: [{drop: true}]
        """;
    assertThat(run("diff -f " + file(other) + " --replace")).isEqualTo(3);
    assertThat(err).isEmpty();
    assertThat(out.lines())
        .containsExactlyInAnyOrder(
            "- node east",
            "~ network blue",
            "    mtu: 0 -> 1400",
            "+ network red",
            "~ endpoint a",
            "    addresses: [\"172.19.0.10\",\"fd00:19::10\"] -> [\"172.19.0.11\"]",
            "    labels: {\"role\":\"web\",\"zone\":\"1\"} -> {}",
            "- tier first",
            "- policy web",
            "- ip_set blue internet",
            "+ routes blue 13.0.0.0/8 via drop",
            "- routes blue 10.0.0.0/8 11.0.0.0/8 12.0.0.0/8");
    assertThat(run("diff -f " + file(other))).isEqualTo(3);
    assertThat(out).doesNotContain("\n- ");
    assertThat(run("diff -o json -f " + file("nodes: [{name: b, vteps: [{address: 192.0.2.9}]}]")))
        .isEqualTo(3);
    assertThat(out.replaceAll("\\s", ""))
        .isEqualTo("[{\"change\":\"create\",\"kind\":\"node\",\"name\":\"b\",\"fields\":[]}]");
    assertThat(daemon.client().serverInfo().getRevision()).isEqualTo(1);
    assertThat(daemon.client().nodes()).hasSize(1);

    assertThat(run("diff -f " + file("networks: [{name: x, vni: 56}]"))).isEqualTo(1);
    assertThat(err).startsWith("heddle: " + directory.resolve("state.yaml") + ":1: network x: ");
    // Whatever was planned, the next transaction is taken as if it never had been.
    apply(other, "--replace");
    assertThat(err).isEmpty();
    assertThat(out).isEqualTo("revision 2\n");
  }

  @Test
  void shouldTellTheLineOfEachMistakeInTheFile() throws IOException {
    int status =
        apply(
            """
            networks:
            - name: blue
              vni: sixteen
              range4: 172.19.0.0/33
              color: blue
            - name: red
              vni: -1
              count_routes: yes
            endpoints:
            - mac: 02:00
              memif: {role: master}
              kernel: {name: eth1}
              addresses: 172.19.0.10
              mtu:
              - 1500
            - a
            pods: []
            """);
    assertThat(status).isEqualTo(1);
    String line = "heddle: " + directory.resolve("state.yaml") + ":";
    assertThat(err.lines())
        .contains(
            line + "3: networks[0].vni: 'sixteen' is no whole number",
            line
                + "4: networks[0].range4: '172.19.0.0/33' has no prefix length from 0 to 32: write"
                + " 172.19.0.0/16",
            line + "7: networks[1].vni: '-1' is out of range: write 0 to 4294967295",
            line + "8: networks[1].count_routes: 'yes' is neither true nor false",
            line + "10: endpoints[0].mac: '02:00' is no Ethernet address: write 02:00:00:00:00:01",
            line + "11: endpoints[0].memif.role: 'master' is none of: server, client",
            line + "12: endpoints[0].kernel: excludes memif; leave one out",
            line + "13: endpoints[0].addresses: no list; write [a, b] or a '-' before each",
            line + "15: endpoints[0].mtu: no plain value; write one behind the colon",
            line + "16: endpoints[1]: no fields; write 'name: value' a line")
        .anyMatch(each ->
            each.startsWith(line + "5: networks[0].color: no such field; there are name, vni, "))
        .anyMatch(
            each -> each.startsWith(line + "17: pods: no such section; there are networks, "));
    assertThat(daemon.client().networks()).isEmpty();
    assertThat(apply("networks: [")).isEqualTo(1);
    assertThat(err).contains(":1: no YAML: ");
    assertThat(run("apply -f /nowhere.yaml")).isEqualTo(1);
    assertThat(err).contains("/nowhere.yaml cannot be read: ");
  }

  @Test
  void shouldTellTheLineOfWhatTheDaemonRefuses() throws IOException {
    int status =
        apply(
            """
            networks:
            - name: blue
              vni: 56
              range4: 172.19.0.0/16
            endpoints:
            - name: a
              network: blue
              mac: 02:00:00:00:00:0a
              addresses:
              - 172.19.0.10
              - 224.0.0.1
              memif: {role: server, socket: %1$s/a}
            - name: b
              network: green
              mac: 02:00:00:00:00:0b
              addresses: [172.19.0.11]
              memif: {role: server, socket: %1$s/b}
            """);
    assertThat(status).isEqualTo(1);
    String file = "heddle: " + directory.resolve("state.yaml");
    assertThat(err.lines())
        .anyMatch(each -> each.startsWith(file + ":14: endpoint b: network green: "))
        .anyMatch(each -> each.startsWith(file + ":11: endpoint a: addresses[1] 224.0.0.1: "));
    assertThat(daemon.client().networks()).isEmpty();
  }

  @Test
  void shouldHaveASectionForEachKindOfObject() {
    long kinds =
        Operation.getDescriptor().getFields().stream()
            .filter(field -> field.getName().startsWith("upsert_"))
            .count();
    assertThat(StateFields.SECTIONS)
        .hasSize((int) kinds)
        .containsKeys("networks", "policies", "ip_sets", "routes");
  }
}
