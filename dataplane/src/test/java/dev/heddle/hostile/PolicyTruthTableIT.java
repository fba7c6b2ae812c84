package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.policy.PeerResolver;
import dev.heddle.api.policy.PeerResolver.NamedPort;
import dev.heddle.api.policy.PeerResolver.Peer;
import dev.heddle.api.policy.Selector;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Tier;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.ffi.linux.UnixAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kubernetes' network policies from what a user writes to packets: a whole daemon, nine pods a, b
 * and c in the namespaces x, y and z that are connected by memif, and a probe from each to each of
 * the others, for each port. What may arrive is worked out here, straight from the policies.
 */
class PolicyTruthTableIT {
  private static final String NETWORK = "blue";
  private static final String TIER = "default";
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final List<String> NAMESPACES = List.of("x", "y", "z");
  private static final List<String> PODS = List.of("a", "b", "c");
  private static final int[][] PROBES = {{TCP, 80}, {TCP, 81}, {UDP, 80}, {UDP, 81}};
  private static final int PACKET_BYTES = 46;

  /** Whom a rule means; null where a part is not given. */
  private record From(Map<String, String> pods, Map<String, String> namespaces, String block) {
    static From pods(String name) {
      return new From(Map.of("pod", name), null, null);
    }

    static From namespace(String name) {
      return new From(null, Map.of("ns", name), null);
    }
  }

  /** Port 0 means all; a name means the port that a pod calls so. */
  private record Port(int protocol, int first, int last, String name) {
    static Port of(int protocol, int port) {
      return new Port(protocol, port, port, "");
    }
  }

  /** No peers: anybody. No ports: any. */
  private record Allow(List<From> peers, List<Port> ports) {
    static final Allow ALL = new Allow(List.of(), List.of());
  }

  /** Rules are null where the policy says nothing about the direction. */
  private record NetworkPolicy(
      String namespace, Map<String, String> selector, List<Allow> ingress, List<Allow> egress) {}

  private record Place(String namespace, String pod, int index) {
    String name() {
      return namespace + "-" + pod;
    }

    String address() {
      return "172.19.0." + (10 + index);
    }

    Map<String, String> labels() {
      return Map.of("pod", pod);
    }

    /** A pod calls one of its ports so, and not all the same one. */
    int namedPort() {
      return pod.equals("a") ? 81 : 80;
    }
  }

  @TempDir Path directory;

  private final List<Place> places = new ArrayList<>();
  private final Map<Place, ClientPod> pods = new HashMap<>();
  private TestDaemon daemon;
  private int nextPort = 20_000;

  @BeforeEach
  void start() {
    daemon = new TestDaemon(directory, 2);
    daemon.apply(
        Operations.upsert(
            Network.newBuilder()
                .setName(NETWORK)
                .setVni(56)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .setIsDefault(true)
                .build()),
        Operations.upsert(Tier.newBuilder().setName(TIER).build()));
    for (String namespace : NAMESPACES) {
      for (String pod : PODS) {
        add(new Place(namespace, pod, places.size()));
      }
    }
    // A pod is connected before every worker knows the way to it.
    int pairs = places.size() * (places.size() - 1);
    Await.until("every pod reaches every other", () -> arrived(UDP, 80).size() == pairs);
  }

  private void add(Place place) {
    places.add(place);
    UnixAddress socket = UnixAddress.ofPath(directory.resolve(place.name()));
    daemon.apply(
        Operations.upsert(
            Endpoint.newBuilder()
                .setName(place.name())
                .setNetwork(NETWORK)
                .setMac(ByteString.copyFrom(mac(place)))
                .addAddresses(Addresses.parse(place.address()))
                .putAllLabels(place.labels())
                .setNamespace(place.namespace())
                .setMemif(
                    Memif.newBuilder()
                        .setRole(Memif.Role.ROLE_SERVER)
                        .setSocket(socket.toString())
                        .setLog2RingSize(PodMemory.LOG2_RING_SIZE))
                .build()));
    pods.put(place, ClientPod.connect(socket, 0));
  }

  private static byte[] mac(Place place) {
    return new byte[] {2, 0, 0, 0, 0, (byte) (10 + place.index())};
  }

  @AfterEach
  void stop() {
    pods.values().forEach(ClientPod::close);
    daemon.close();
  }

  @Test
  void shouldLetThroughWhatKubernetesSays() {
    check("no policy");
    check("deny all into x", new NetworkPolicy("x", Map.of(), List.of(), null));
    check("deny all out of x", new NetworkPolicy("x", Map.of(), null, List.of()));
    check(
        "deny one pod's both directions",
        new NetworkPolicy("x", Map.of("pod", "a"), List.of(), List.of()));
    check("allow all into x", new NetworkPolicy("x", Map.of(), List.of(Allow.ALL), null));
    check("pods of the same namespace", ingress(peers(From.pods("b"))));
    check("a namespace by label", ingress(peers(From.namespace("y"))));
    check(
        "pods of a namespace",
        ingress(peers(new From(Map.of("pod", "b"), Map.of("ns", "y"), null))));
    check("pods or namespaces", ingress(peers(From.pods("b"), From.namespace("z"))));
    check("an address block", ingress(peers(new From(null, null, "172.19.0.12/30"))));
  }

  @Test
  void shouldLookAtPortsAndProtocols() {
    check("a port", ingress(new Allow(List.of(), List.of(Port.of(TCP, 80)))));
    check("a UDP port", ingress(new Allow(List.of(), List.of(Port.of(UDP, 81)))));
    check(
        "two ports of two protocols",
        ingress(new Allow(List.of(), List.of(Port.of(TCP, 81), Port.of(UDP, 80)))));
    check("a range", ingress(new Allow(List.of(), List.of(new Port(TCP, 80, 90, "")))));
    check("a named port", ingress(new Allow(List.of(), List.of(new Port(TCP, 0, 0, "web")))));
    check("a whole protocol", ingress(new Allow(List.of(), List.of(new Port(UDP, 0, 65_535, "")))));
    check(
        "peers and ports",
        ingress(new Allow(List.of(From.namespace("y")), List.of(Port.of(TCP, 80)))));
    check(
        "egress to a named port of pods elsewhere",
        new NetworkPolicy(
            "x",
            Map.of("pod", "a"),
            null,
            List.of(
                new Allow(
                    List.of(new From(Map.of(), Map.of(), null)),
                    List.of(new Port(TCP, 0, 0, "web"))))));
  }

  @Test
  void shouldAddUpPoliciesThatSelectTheSamePods() {
    NetworkPolicy web = ingress(new Allow(List.of(), List.of(Port.of(TCP, 80))));
    NetworkPolicy fromY = ingress(peers(From.namespace("y")));
    NetworkPolicy deny = new NetworkPolicy("x", Map.of(), List.of(), null);
    check("two that allow", web, fromY);
    check("deny does not take back", deny, web);
    check(
        "both ends must allow",
        new NetworkPolicy("y", Map.of(), null, List.of(peers(From.namespace("x")))),
        ingress(new Allow(List.of(From.namespace("y")), List.of(Port.of(TCP, 81)))),
        new NetworkPolicy("z", Map.of("pod", "c"), List.of(), List.of(Allow.ALL)));
  }

  private static NetworkPolicy ingress(Allow... rules) {
    return new NetworkPolicy("x", Map.of("pod", "a"), List.of(rules), null);
  }

  private static Allow peers(From... peers) {
    return new Allow(List.of(peers), List.of());
  }

  private void check(String what, NetworkPolicy... policies) {
    List<Operation> operations = new ArrayList<>();
    List<Operation> undo = new ArrayList<>();
    translate(List.of(policies), operations, undo);
    if (!operations.isEmpty()) {
      daemon.apply(operations.toArray(Operation[]::new));
    }
    for (int[] probe : PROBES) {
      assertThat(arrived(probe[0], probe[1]))
          .as("%s, protocol %d port %d", what, probe[0], probe[1])
          .isEqualTo(allowed(List.of(policies), probe[0], probe[1]));
    }
    if (!undo.isEmpty()) {
      daemon.apply(undo.toArray(Operation[]::new));
    }
  }

  /** What arrives of a probe from each to each of the others, as "from to". */
  private List<String> arrived(int protocol, int port) {
    int source = nextPort++;
    for (Place from : places) {
      for (Place to : places) {
        if (!from.equals(to)) {
          pods.get(from).awaitSend(probe(from, to, protocol, source, port));
        }
      }
    }
    pods.values().forEach(Pod::awaitSent);
    Await.until("every probe is accounted for", () -> Conservation.holds(daemon.snapshot()));
    List<String> arrived = new ArrayList<>();
    for (Place to : places) {
      for (byte[] frame : pods.get(to).receiveAll()) {
        assertThat(frame[23]).isEqualTo((byte) protocol);
        arrived.add(places.get(frame[29] - 10).name() + " " + to.name());
      }
    }
    arrived.sort(null);
    return arrived;
  }

  private static byte[] probe(Place from, Place to, int protocol, int source, int port) {
    ByteBuffer frame = ByteBuffer.allocate(14 + PACKET_BYTES);
    frame.put(new byte[] {2, 0x48, 0x45, 0x44, 0x44, 0x4c}).put(mac(from)).putShort((short) 0x0800);
    frame.putShort((short) 0x4500).putShort((short) PACKET_BYTES).putInt(0x4000);
    frame.put((byte) 64).put((byte) protocol).putShort((short) 0);
    frame.put(address(from)).put(address(to));
    frame.putShort((short) source).putShort((short) port);
    if (protocol == TCP) {
      frame.putLong(0).put((byte) 0x50).put((byte) 2);
    } else {
      frame.putShort((short) (PACKET_BYTES - 20));
    }
    int sum = 0;
    for (int at = 14; at < 34; at += 2) {
      sum += Short.toUnsignedInt(frame.getShort(at));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    frame.putShort(24, (short) ~(sum + (sum >>> 16)));
    return frame.array();
  }

  private static byte[] address(Place place) {
    return Addresses.parse(place.address()).toByteArray();
  }

  /** What Kubernetes lets through, by its own words. */
  private List<String> allowed(List<NetworkPolicy> policies, int protocol, int port) {
    List<String> allowed = new ArrayList<>();
    for (Place from : places) {
      for (Place to : places) {
        boolean passes =
            !from.equals(to)
                && passes(policies, from, to, to, protocol, port, false)
                && passes(policies, to, from, to, protocol, port, true);
        if (passes) {
          allowed.add(from.name() + " " + to.name());
        }
      }
    }
    allowed.sort(null);
    return allowed;
  }

  private static boolean passes(
      List<NetworkPolicy> policies,
      Place whose,
      Place peer,
      Place to,
      int protocol,
      int port,
      boolean ingress) {
    boolean selected = false;
    for (NetworkPolicy policy : policies) {
      List<Allow> rules = ingress ? policy.ingress() : policy.egress();
      if (rules != null
          && policy.namespace().equals(whose.namespace())
          && has(whose.labels(), policy.selector())) {
        selected = true;
        for (Allow rule : rules) {
          if (isPeer(rule, policy.namespace(), peer) && isPort(rule, to, protocol, port)) {
            return true;
          }
        }
      }
    }
    return !selected;
  }

  private static boolean isPeer(Allow rule, String namespace, Place peer) {
    return rule.peers().isEmpty()
        || rule.peers().stream()
            .anyMatch(from -> {
              if (from.block() != null) {
                return isIn(peer.address(), from.block());
              }
              boolean itsNamespace =
                  from.namespaces() == null
                      ? peer.namespace().equals(namespace)
                      : has(Map.of("ns", peer.namespace()), from.namespaces());
              return itsNamespace && (from.pods() == null || has(peer.labels(), from.pods()));
            });
  }

  private static boolean isPort(Allow rule, Place to, int protocol, int port) {
    return rule.ports().isEmpty()
        || rule.ports().stream()
            .anyMatch(each ->
                each.protocol() == protocol
                    && (each.name().isEmpty()
                        ? port >= each.first() && port <= each.last()
                        : port == to.namedPort()));
  }

  private static boolean has(Map<String, String> labels, Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }

  private static boolean isIn(String address, String block) {
    try {
      String[] parts = block.split("/");
      int mask = -1 << 32 - Integer.parseInt(parts[1]);
      int a = ByteBuffer.wrap(InetAddress.getByName(address).getAddress()).getInt();
      int b = ByteBuffer.wrap(InetAddress.getByName(parts[0]).getAddress()).getInt();
      return (a & mask) == (b & mask);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** What a cluster agent makes of network policies. */
  private void translate(
      List<NetworkPolicy> policies, List<Operation> operations, List<Operation> undo) {
    Map<String, Peer> peers = new TreeMap<>();
    List<Operation> upserts = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      NetworkPolicy policy = policies.get(i);
      String name = "np-" + i;
      Policy.Builder message =
          Policy.newBuilder()
              .setName(name)
              .setTier(TIER)
              .setNamespace(policy.namespace())
              .setSelector(selector(policy.selector()).toString())
              .setAppliesToIngress(policy.ingress() != null)
              .setAppliesToEgress(policy.egress() != null);
      rules(policy, policy.ingress(), true, name + "-i", peers).forEach(message::addIngress);
      rules(policy, policy.egress(), false, name + "-e", peers).forEach(message::addEgress);
      upserts.add(Operations.upsert(message.build()));
      undo.add(Operations.deletePolicy(name));
    }
    Map<String, Map<String, String>> namespaces = new HashMap<>();
    NAMESPACES.forEach(each -> namespaces.put(each, Map.of("ns", each)));
    var sets =
        PeerResolver.resolve(
            places.stream().map(PolicyTruthTableIT::pod).toList(),
            namespaces,
            peers,
            List.of(NETWORK));
    operations.addAll(PeerResolver.differences(new TreeMap<>(), sets));
    operations.addAll(upserts);
    undo.addAll(PeerResolver.differences(sets, new TreeMap<>()));
  }

  private static PeerResolver.Pod pod(Place place) {
    return new PeerResolver.Pod(
        NETWORK,
        place.namespace(),
        place.labels(),
        List.of(Addresses.parse(place.address())),
        List.of(new NamedPort("web", TCP, place.namedPort())));
  }

  private static Selector selector(Map<String, String> labels) {
    List<String> terms = new ArrayList<>();
    labels.forEach((key, value) -> terms.add(key + " == '" + value + "'"));
    return Selector.parse(String.join(" && ", terms));
  }

  private static List<PolicyRule> rules(
      NetworkPolicy policy,
      List<Allow> allows,
      boolean ingress,
      String prefix,
      Map<String, Peer> peers) {
    List<PolicyRule> rules = new ArrayList<>();
    if (allows == null) {
      return rules;
    }
    for (Allow allow : allows) {
      List<PolicyPeer> ends = new ArrayList<>();
      if (allow.peers().isEmpty()) {
        ends.add(PolicyPeer.getDefaultInstance());
      }
      for (From from : allow.peers()) {
        ends.add(end(policy, from, prefix + "-" + peers.size(), "", peers));
      }
      List<Port> ports = allow.ports().isEmpty() ? Arrays.asList((Port) null) : allow.ports();
      for (PolicyPeer end : ends) {
        for (Port port : ports) {
          rules.add(rule(policy, end, port, ingress, prefix + "-" + peers.size(), peers));
        }
      }
    }
    return rules;
  }

  private static PolicyPeer end(
      NetworkPolicy policy, From from, String name, String port, Map<String, Peer> peers) {
    if (from.block() != null) {
      Prefix block = Addresses.parsePrefix(from.block());
      return PolicyPeer.newBuilder().addNets(block).build();
    }
    Optional<Selector> namespaces =
        from.namespaces() == null ? Optional.empty() : Optional.of(selector(from.namespaces()));
    Selector pods = from.pods() == null ? Selector.ALL : selector(from.pods());
    peers.put(name, new Peer(policy.namespace(), pods, namespaces, port));
    return PolicyPeer.newBuilder().addIpSets(name).build();
  }

  private static PolicyRule rule(
      NetworkPolicy policy,
      PolicyPeer end,
      Port port,
      boolean ingress,
      String name,
      Map<String, Peer> peers) {
    PolicyPeer.Builder destination = ingress ? PolicyPeer.newBuilder() : end.toBuilder();
    PolicyRule.Builder rule = PolicyRule.newBuilder().setAction(PolicyRule.Action.ACTION_ALLOW);
    if (ingress) {
      rule.setSource(end);
    }
    if (port != null) {
      rule.setProtocol(port.protocol());
      if (port.name().isEmpty()) {
        destination.addPorts(PortRange.newBuilder().setFirst(port.first()).setLast(port.last()));
      } else {
        // Those who call a port so, with it; of an egress rule to whomever.
        peers.put(name, new Peer("", Selector.ALL, Optional.empty(), port.name()));
        destination.clearIpSets().addIpSets(name);
      }
    }
    return rule.setDestination(destination).build();
  }
}
