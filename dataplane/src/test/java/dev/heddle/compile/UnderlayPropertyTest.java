package dev.heddle.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.NextHopSet.Member;
import dev.heddle.model.Node;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import dev.heddle.model.Vtep;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random updates of uplinks, nodes and routes, some undone, against a plain reading. */
class UnderlayPropertyTest {
  private static final int UPDATES = 1500;
  private static final int NODES = 6;
  private static final int ENDPOINTS = 4;
  private static final int PROBES = 40;
  private static final int RANGE = 0x0a00_0000;
  private static final long LINK6 = 0x2001_0db8_0000_0000L;
  private static final List<String> UPLINKS = List.of("", "fast");
  private static final List<String> NETWORKS = List.of("blue", "red");
  private static final MemifAttachment MEMIF =
      new MemifAttachment(true, "/x", "", 0, "", false, 1, 10, 2048, 256, false, false);

  private final Random random = new Random(11);
  private UnderlayOracle oracle = new UnderlayOracle();
  private TableCompiler compiler;
  private Tables tables;
  private Map<Integer, WantedNeighbour> wanted = Map.of();
  private Map<Integer, WantedNeighbour> wantedBefore = Map.of();

  private Uplink anyUplink(String name) {
    UnderlayAddress ipv4 =
        new UnderlayAddress(
            IpAddress.v4(0xc000_0200 + 200 + random.nextInt(2)),
            24 + random.nextInt(4),
            random.nextBoolean() ? IpAddress.v4(0xc000_02c0 + 10 + random.nextInt(2)) : null);
    UnderlayAddress ipv6 =
        new UnderlayAddress(
            IpAddress.v6(LINK6, 0xffff),
            64,
            random.nextBoolean() ? IpAddress.v6(0xfe80_0000_0000_0000L, 1) : null);
    int families = random.nextInt(3);
    return new Uplink(
        name,
        "",
        families == 1 ? null : ipv4,
        families == 0 ? null : ipv6,
        1400 + 100 * random.nextInt(3),
        0,
        MEMIF);
  }

  private Node anyNode(int number) {
    List<Vtep> vteps = new ArrayList<>();
    for (String uplink : UPLINKS) {
      if (random.nextInt(3) > 0) {
        int last = 8 * number + random.nextInt(2);
        vteps.add(new Vtep(uplink, IpAddress.v4(0xc000_0200 + last + 128 * random.nextInt(2))));
      }
      if (vteps.isEmpty() || random.nextInt(3) == 0) {
        vteps.add(new Vtep(uplink, IpAddress.v6(LINK6 + random.nextInt(2), 1 + number)));
      }
    }
    return new Node("n" + number, 2L + (number << 8), vteps, random.nextBoolean());
  }

  private Endpoint anyEndpoint(int number) {
    return new Endpoint(
        "e" + number,
        NETWORKS.get(number % NETWORKS.size()),
        List.of(IpAddress.v4(RANGE + 10 + number)),
        number + 1L << 8,
        random.nextBoolean() ? 0 : 1300,
        List.of(),
        MEMIF);
  }

  private Network anyNetwork(String name) {
    IpAddress gateway = IpAddress.v4(RANGE + 1);
    return new Network(
        name,
        56 + NETWORKS.indexOf(name) + 2 * random.nextInt(2),
        IpPrefix.containing(gateway, 24),
        null,
        gateway,
        null,
        random.nextInt(3) == 0 ? 1300 : 0,
        UPLINKS.get(random.nextInt(UPLINKS.size())),
        false);
  }

  private NextHopSet anyNextHops(UnderlayOracle changed, String network) {
    List<Member> members = new ArrayList<>();
    List<String> nodes = List.copyOf(changed.nodes.keySet());
    for (int i = random.nextInt(3); i >= 0; i--) {
      int endpoint = random.nextInt(ENDPOINTS);
      boolean inNetwork = NETWORKS.get(endpoint % NETWORKS.size()).equals(network);
      NextHop hop =
          switch (random.nextInt(4)) {
            case 0 -> new NextHop.ToGateway(IpAddress.v4(RANGE + random.nextInt(PROBES)));
            case 1 -> inNetwork ? new NextHop.ToEndpoint("e" + endpoint) : null;
            default ->
                nodes.isEmpty()
                    ? null
                    : new NextHop.ToNode(nodes.get(random.nextInt(nodes.size())));
          };
      if (hop != null) {
        members.add(new Member(hop, 1 + random.nextInt(3)));
      }
    }
    return members.isEmpty() ? NextHopSet.DROP : new NextHopSet(members);
  }

  @Test
  void shouldLeadWhereThePlainReadingSaysWhenUpdatesAreRandom() {
    try (Arena arena = Arena.ofConfined();
        TableCompiler fresh = new TableCompiler(new RouteStore(16 << 20), new Neighbours(arena))) {
      compiler = fresh;
      compiler.begin();
      for (String name : NETWORKS) {
        Network network = anyNetwork(name);
        compiler.addNetwork(network);
        oracle.networks.put(name, network);
        oracle.routes.put(name, new HashMap<>());
      }
      for (int i = 0; i < ENDPOINTS; i++) {
        Endpoint endpoint = anyEndpoint(i);
        compiler.addEndpoint(endpoint);
        oracle.endpoints.put(endpoint.name(), endpoint);
        assertThat(compiler.announce(endpoint.name())).isNull();
      }
      finish(1);
      for (int update = 0; update < UPDATES; update++) {
        UnderlayOracle changed = oracle.copy();
        compiler.begin();
        changeUnderlay(changed);
        changeNetwork(changed);
        changeRoutes(changed);
        if (random.nextInt(4) == 0) {
          compiler.undo();
        } else {
          finish(tables.revision() + 1);
          oracle = changed;
        }
        assertSame();
      }
    }
  }

  private void finish(long revision) {
    compiler.prepare();
    tables = compiler.finish(revision);
    compiler.settle(routeId -> {});
    Map<Integer, WantedNeighbour> next = new HashMap<>();
    compiler.underlay().wantedNeighbours().forEach(each -> next.put(each.index(), each));
    assertRest(next);
    wantedBefore = wanted;
    wanted = next;
  }

  /** An index that is free again serves no other neighbour in the next revision. */
  private void assertRest(Map<Integer, WantedNeighbour> next) {
    next.forEach((index, neighbour) -> {
      WantedNeighbour last = wanted.getOrDefault(index, wantedBefore.get(index));
      assertThat(last == null || last.equals(neighbour)).as("%s", neighbour).isTrue();
    });
    wanted.forEach((index, neighbour) ->
        next.values().stream()
            .filter(each -> each.interfaceIndex() == neighbour.interfaceIndex())
            .filter(each -> each.address().equals(neighbour.address()))
            .forEach(each -> assertThat(each).isEqualTo(neighbour)));
  }

  private void changeUnderlay(UnderlayOracle changed) {
    String name = UPLINKS.get(random.nextInt(UPLINKS.size()));
    int what = random.nextInt(6);
    if (what == 0 && changed.uplinks.remove(name) != null) {
      compiler.underlay().removeUplink(name);
    } else if (what < 3) {
      Uplink uplink = anyUplink(name);
      if (changed.uplinks.put(name, uplink) != null) {
        compiler.underlay().changeUplink(uplink);
      } else {
        compiler.underlay().addUplink(uplink);
        compiler.underlay().setMac(name, uplink.derivedMac());
      }
    }
    int number = random.nextInt(NODES);
    Node node = anyNode(number);
    if (!changed.nodes.containsKey(node.name())) {
      compiler.underlay().addNode(node);
      changed.nodes.put(node.name(), node);
    } else if (random.nextInt(3) == 0 && !changed.isNextHop(node.name())) {
      compiler.underlay().removeNode(node.name());
      changed.nodes.remove(node.name());
    } else if (random.nextBoolean()) {
      compiler.underlay().changeNode(node);
      changed.nodes.put(node.name(), node);
    }
  }

  private void changeNetwork(UnderlayOracle changed) {
    if (random.nextInt(4) == 0) {
      Network network = anyNetwork(NETWORKS.get(random.nextInt(NETWORKS.size())));
      compiler.changeNetwork(network);
      changed.networks.put(network.name(), network);
    }
  }

  private void changeRoutes(UnderlayOracle changed) {
    for (int i = random.nextInt(5); i > 0; i--) {
      String network = NETWORKS.get(random.nextInt(NETWORKS.size()));
      IpPrefix prefix =
          IpPrefix.containing(
              IpAddress.v4(RANGE + 16 + random.nextInt(PROBES)), 26 + random.nextInt(6));
      long low = prefix.address().low();
      Map<IpPrefix, NextHopSet> routes = changed.routes.get(network);
      if (random.nextInt(3) > 0) {
        NextHopSet nextHops = anyNextHops(changed, network);
        if (nextHops.equals(NextHopSet.DROP)) {
          continue;
        }
        int hop = compiler.hop(network, nextHops);
        compiler.putRoute(network, hop, false, 0, low, prefix.length());
        routes.put(prefix, nextHops);
      } else {
        boolean removed = compiler.removeRoute(network, false, 0, low, prefix.length());
        assertThat(removed).isEqualTo(routes.remove(prefix) != null);
      }
    }
  }

  private void assertSame() {
    for (Network network : oracle.networks.values()) {
      Vrf vrf = tables.vrfs()[compiler.vrfIndex(network.name())];
      for (int i = 2; i < PROBES + 20; i++) {
        IpAddress address = IpAddress.v4(RANGE + i);
        assertThat(way(vrf, address.asInt()))
            .as("%s to %s", network.name(), address)
            .isEqualTo(oracle.way(network, address));
      }
    }
    Set<String> neighbours = new TreeSet<>();
    wanted
        .values()
        .forEach(each -> neighbours.add(uplinkName(each.interfaceIndex()) + " " + each.address()));
    assertThat(neighbours).isEqualTo(oracle.neighbours()).hasSize(wanted.size());
    long uplinks =
        Arrays.stream(tables.underlay().uplinks()).filter(uplink -> uplink != null).count();
    assertThat(uplinks).isEqualTo(oracle.uplinks.size());
    oracle.uplinks.values().forEach(this::assertArrival);
  }

  /** What comes through an uplink finds its network and its node. */
  private void assertArrival(Uplink uplink) {
    dev.heddle.table.Uplink compiled =
        tables.underlay().uplink(compiler.underlay().interfaceIndex(uplink.name()));
    assertThat(compiled.mtuBytes()).isEqualTo(uplink.mtuBytes());
    assertThat(compiled.hasAddress6()).isEqualTo(uplink.ipv6() != null);
    for (Network network : oracle.networks.values()) {
      boolean carried = network.physicalNetwork().equals(uplink.name());
      assertThat(compiled.vrfs().get(network.vni()))
          .isEqualTo(carried ? compiler.vrfIndex(network.name()) : KeyTable.NONE);
    }
    Map<Integer, String> names = new HashMap<>();
    for (Node node : oracle.nodes.values()) {
      IpAddress address4 = node.vtep(uplink.name(), false);
      IpAddress address6 = node.vtep(uplink.name(), true);
      Set<Integer> found = new HashSet<>();
      if (address4 != null) {
        found.add(compiled.nodes().getAddress4(address4.asInt()));
      }
      if (address6 != null) {
        found.add(compiled.nodes().get(address6.high(), address6.low()));
      }
      assertThat(found).hasSizeLessThan(2).doesNotContain(KeyTable.NONE);
      found.forEach(index -> assertThat(names.put(index, node.name())).isNull());
    }
  }

  private String uplinkName(int interfaceIndex) {
    return oracle.uplinks.keySet().stream()
        .filter(name -> compiler.underlay().interfaceIndex(name) == interfaceIndex)
        .findFirst()
        .orElseThrow();
  }

  private Set<String> way(Vrf vrf, int address) {
    Set<String> names = new TreeSet<>();
    collect(Lpm4.lookup(vrf.lpm4Root(), address), names);
    return names;
  }

  private void collect(int hop, Set<String> names) {
    int at = hop * NextHops.LONGS_PER_HOP;
    long[] hops = tables.hops();
    long meta = hops[at + 2];
    switch (NextHops.kind(meta)) {
      case NextHops.KIND_NO_ROUTE -> names.add("no route");
      case NextHops.KIND_UNRESOLVED -> names.add("unresolved");
      case NextHops.KIND_LOCAL ->
          names.add(
              "e%d mtu %d"
                  .formatted(((hops[at] & 0xffff_ffff_ffffL) >> 8) - 1, NextHops.mtuBytes(meta)));
      case NextHops.KIND_REMOTE -> names.add(remote(at, meta));
      case NextHops.KIND_ECMP -> {
        int offset = (int) hops[at + 3];
        for (int flow = 0; flow < tables.groups()[offset]; flow++) {
          collect(NextHops.ecmpMember(tables.groups(), offset, flow), names);
        }
      }
      default -> names.add("kind " + NextHops.kind(meta));
    }
  }

  private String remote(int at, long meta) {
    long argument = tables.hops()[at + 3];
    int tunnel = Tunnels.tunnel(argument);
    long first = tables.underlay().tunnels()[tunnel * Tunnels.LONGS_PER_TUNNEL];
    String uplink = uplinkName(NextHops.interfaceIndex(meta));
    dev.heddle.table.Uplink compiled = tables.underlay().uplink(NextHops.interfaceIndex(meta));
    IpAddress end = end(tunnel);
    int node =
        end.ipv6()
            ? compiled.nodes().get(end.high(), end.low())
            : compiled.nodes().getAddress4(end.asInt());
    assertThat(Tunnels.node(argument)).isEqualTo(node);
    long routerMac = tables.hops()[at] & 0xffff_ffff_ffffL;
    return "n%d through %s to %s by %s mac %x mtu %d"
        .formatted(
            routerMac >> 8,
            uplink,
            end,
            wanted.get(Tunnels.neighbour(first)).address(),
            routerMac,
            NextHops.mtuBytes(meta));
  }

  private IpAddress end(int tunnel) {
    int at = tunnel * Tunnels.LONGS_PER_TUNNEL + Tunnels.FIRST_WORD;
    long[] words = tables.underlay().tunnels();
    if (!Tunnels.isIpv6(words[tunnel * Tunnels.LONGS_PER_TUNNEL])) {
      long bytes = words[at + 3] >>> 48 | words[at + 4] << 16;
      return IpAddress.v4(Integer.reverseBytes((int) bytes));
    }
    long high = words[at + 4] >>> 48 | words[at + 5] << 16;
    long low = words[at + 5] >>> 48 | words[at + 6] << 16;
    return IpAddress.v6(Long.reverseBytes(high), Long.reverseBytes(low));
  }
}
