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
import dev.heddle.table.Lpm4;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random updates, some of them undone, against a plain reading of the same model. */
class TableCompilerPropertyTest {
  private static final int UPDATES = 1500;
  private static final int ENDPOINTS = 12;
  private static final int RANGE = 0x0a00_0000;

  /** What there should be. */
  private static final class Oracle {
    final Map<String, Endpoint> endpoints = new TreeMap<>();
    final Map<IpPrefix, NextHopSet> routes = new HashMap<>();

    Oracle copy() {
      Oracle copy = new Oracle();
      copy.endpoints.putAll(endpoints);
      copy.routes.putAll(routes);
      return copy;
    }

    boolean isNextHop(String endpoint) {
      return routes.values().stream()
          .flatMap(set -> set.members().stream())
          .anyMatch(
              m -> m.hop() instanceof NextHop.ToEndpoint to && to.endpoint().equals(endpoint));
    }

    /** The route that covers an address, with a host route as a way to its endpoint. */
    private NextHopSet match(IpAddress address) {
      for (Endpoint endpoint : endpoints.values()) {
        if (endpoint.addresses().contains(address)) {
          return set(new NextHop.ToEndpoint(endpoint.name()));
        }
      }
      return routes.entrySet().stream()
          .filter(route -> route.getKey().contains(address))
          .max(Comparator.comparingInt(route -> route.getKey().length()))
          .map(Map.Entry::getValue)
          .orElse(null);
    }

    private String behind(NextHop hop) {
      NextHop at = hop;
      for (int depth = 0; depth < 8 && at != null; depth++) {
        if (at instanceof NextHop.ToEndpoint to) {
          return to.endpoint();
        }
        if (!(at instanceof NextHop.ToGateway via)) {
          return null;
        }
        NextHopSet match = match(via.address());
        at = match == null ? null : match.single();
      }
      return null;
    }

    /** Names of the endpoints that packets to an address may reach, or what happens instead. */
    Set<String> way(IpAddress address) {
      NextHopSet match = match(address);
      if (match == null) {
        return Set.of("no route");
      }
      if (match.single() instanceof NextHop.Drop) {
        return Set.of("drop");
      }
      Set<String> reached = new TreeSet<>();
      for (Member member : match.members()) {
        String endpoint = behind(member.hop());
        if (endpoint != null) {
          reached.add(endpoint);
        }
      }
      return reached.isEmpty() ? Set.of("unresolved") : reached;
    }
  }

  private final Random random = new Random(42);

  private static NextHopSet set(NextHop hop) {
    return new NextHopSet(List.of(new Member(hop, 1)));
  }

  private IpAddress anyAddress() {
    return IpAddress.v4(RANGE + 2 + random.nextInt(40));
  }

  private Endpoint endpoint(int number, IpAddress address) {
    MemifAttachment memif =
        new MemifAttachment(
            true, "/" + number, "", number, "", false, 1, 10, 2048, 256, false, false);
    return new Endpoint(
        "e" + number,
        "net",
        List.of(address),
        number + 1L << 8,
        1280 + random.nextInt(200),
        List.of(),
        memif);
  }

  private IpPrefix anyPrefix() {
    int[] lengths = {0, 8, 24, 27, 28, 29, 30, 31};
    return IpPrefix.containing(anyAddress(), lengths[random.nextInt(lengths.length)]);
  }

  private NextHopSet anyNextHops(Oracle oracle) {
    if (random.nextInt(8) == 0) {
      return NextHopSet.DROP;
    }
    List<Member> members = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      List<String> names = List.copyOf(oracle.endpoints.keySet());
      NextHop hop =
          names.isEmpty() || random.nextBoolean()
              ? new NextHop.ToGateway(anyAddress())
              : new NextHop.ToEndpoint(names.get(random.nextInt(names.size())));
      members.add(new Member(hop, 1 + random.nextInt(3)));
    }
    return new NextHopSet(members);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLeadWhereThePlainReadingSaysWhenUpdatesAreRandom(boolean countRoutes) {
    IpAddress gateway = IpAddress.v4(RANGE + 1);
    Network network =
        new Network(
            "net", 5, IpPrefix.containing(gateway, 24), null, gateway, null, 1500, "", countRoutes);
    try (Arena arena = Arena.ofConfined();
        TableCompiler compiler =
            new TableCompiler(new RouteStore(16 << 20), new Neighbours(arena))) {
      compiler.begin();
      compiler.addNetwork(network);
      assertThat(compiler.announceGateways("net")).isNull();
      Tables tables = finish(compiler, 1);
      Oracle oracle = new Oracle();
      for (int update = 0; update < UPDATES; update++) {
        Oracle changed = oracle.copy();
        compiler.begin();
        change(compiler, changed);
        if (random.nextInt(4) == 0) {
          compiler.undo();
        } else {
          tables = finish(compiler, tables.revision() + 1);
          oracle = changed;
        }
        assertSame(tables, oracle);
        assertThat(compiler.routeCount("net")).isEqualTo(oracle.routes.size());
        assertThat(compiler.totalRoutes()).isEqualTo(oracle.routes.size());
      }
    }
  }

  private static Tables finish(TableCompiler compiler, long revision) {
    compiler.prepare();
    Tables tables = compiler.finish(revision);
    compiler.settle(routeId -> {});
    return tables;
  }

  /** A random update, in the compiler's order of steps. */
  private void change(TableCompiler compiler, Oracle oracle) {
    int number = random.nextInt(ENDPOINTS);
    String name = "e" + number;
    IpAddress address = anyAddress();
    boolean free =
        oracle.endpoints.values().stream().noneMatch(e -> e.addresses().contains(address));
    boolean announced = false;
    if (!oracle.endpoints.containsKey(name)) {
      if (free) {
        Endpoint endpoint = endpoint(number, address);
        compiler.addEndpoint(endpoint);
        oracle.endpoints.put(name, endpoint);
        announced = true;
      }
    } else if (random.nextInt(3) == 0 && !oracle.isNextHop(name)) {
      compiler.removeEndpoint(name);
      oracle.endpoints.remove(name);
    } else if (free) {
      Endpoint endpoint = endpoint(number, address);
      compiler.changeEndpoint(endpoint);
      oracle.endpoints.put(name, endpoint);
      announced = true;
    }
    changeRoutes(compiler, oracle);
    if (announced) {
      assertThat(compiler.announce(name)).isNull();
    }
    assertThat(compiler.removedButNeeded()).isEmpty();
  }

  private void changeRoutes(TableCompiler compiler, Oracle oracle) {
    for (int i = random.nextInt(4); i > 0; i--) {
      IpPrefix prefix = anyPrefix();
      IpAddress at = prefix.address();
      if (random.nextBoolean()) {
        NextHopSet nextHops = anyNextHops(oracle);
        int hop = compiler.hop("net", nextHops);
        compiler.putRoute("net", hop, false, 0, at.low(), prefix.length());
        oracle.routes.put(prefix, nextHops);
      } else {
        boolean removed = compiler.removeRoute("net", false, 0, at.low(), prefix.length());
        assertThat(removed).isEqualTo(oracle.routes.remove(prefix) != null);
      }
    }
  }

  private static void assertSame(Tables tables, Oracle oracle) {
    for (int i = 2; i < 44; i++) {
      IpAddress address = IpAddress.v4(RANGE + i);
      assertThat(way(tables, address.asInt())).as("to %s", address).isEqualTo(oracle.way(address));
    }
    long attached = Arrays.stream(tables.attachments()).filter(a -> a != null).count();
    assertThat(attached).isEqualTo(oracle.endpoints.size());
  }

  private static Set<String> way(Tables tables, int address) {
    int value = Lpm4.lookup(tables.vrfs()[0].lpm4Root(), address);
    int hop = value < 0 ? tables.routeHops()[value & ~NextHops.COUNTED_ROUTE] : value;
    Set<String> names = new HashSet<>();
    collect(tables, hop, names);
    return names;
  }

  private static void collect(Tables tables, int hop, Set<String> names) {
    int at = hop * NextHops.LONGS_PER_HOP;
    long meta = tables.hops()[at + 2];
    switch (NextHops.kind(meta)) {
      case NextHops.KIND_NO_ROUTE -> names.add("no route");
      case NextHops.KIND_DROP -> names.add("drop");
      case NextHops.KIND_UNRESOLVED -> names.add("unresolved");
      case NextHops.KIND_LOCAL -> {
        long mac = tables.hops()[at] & 0xffff_ffff_ffffL;
        int index = NextHops.interfaceIndex(meta);
        assertThat(tables.attachments()[index].podMac()).isEqualTo(mac);
        assertThat(tables.attachments()[index].mtuBytes()).isEqualTo(NextHops.mtuBytes(meta));
        names.add("e" + ((mac >> 8) - 1));
      }
      case NextHops.KIND_ECMP -> {
        int offset = (int) tables.hops()[at + 3];
        for (int flow = 0; flow < tables.groups()[offset]; flow++) {
          collect(tables, NextHops.ecmpMember(tables.groups(), offset, flow), names);
        }
      }
      default -> names.add("kind " + NextHops.kind(meta));
    }
  }
}
