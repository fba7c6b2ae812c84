package dev.heddle.benchmarks.endtoend;

import com.google.protobuf.ByteString;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.NextHop;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import dev.heddle.benchmarks.traffic.Frames.Addresses;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The one network of the end-to-end benchmarks: 172.19.0.0/16 with generator and sink, and routes
 * for other destinations that lead to the sink.
 */
public final class BenchNetwork {
  public static final String NAME = "bench";
  public static final String GENERATOR = "generator";
  public static final String SINK = "sink";

  /** The endpoints' label, with their name. */
  static final String LABEL = "bench";

  private static final String OTHER = "other";

  /** The endpoint of the other network, which has a policy. */
  private static final String POLICED = "policed";

  /** The gateway's, which frames are sent to; first byte highest, as all of these. */
  public static final long ROUTER_MAC = 0x02_48_45_44_44_4cL;

  public static final long GENERATOR_MAC = 0x02_00_00_00_00_10L;
  public static final long SINK_MAC = 0x02_00_00_00_00_11L;

  public static final int RANGE = 0xac13_0000;
  public static final int RANGE_LENGTH = 16;
  public static final int GENERATOR_ADDRESS = RANGE + 0x10;
  public static final int SINK_ADDRESS = RANGE + 0x11;
  public static final int VNI = 56;
  private static final int FIRST_MORE_ADDRESS = RANGE + 0x1000;
  private static final long FIRST_MORE_MAC = 0x02_00_00_00_10_00L;

  /** 16.0.0.0: a million routes from here on end before 127.0.0.0. */
  private static final int FIRST_ROUTE = 0x1000_0000;

  private static final int MAX_ROUTES = 1_000_000;

  /** How often lengths occur among a thousand routes, about as in the Internet's table. */
  private static final int[][] LENGTH_SHARES = {
    {24, 600}, {23, 120}, {22, 130}, {21, 60}, {20, 50}, {19, 37}, {16, 3}
  };

  private static final long SEED = 19_72;
  private static final int[] PREFIXES = new int[MAX_ROUTES];
  private static final byte[] LENGTHS = new byte[MAX_ROUTES];

  static {
    layOut();
  }

  private BenchNetwork() {}

  /** A frame's addresses when a route's destination is meant. */
  static Addresses toRoute(int route) {
    int destination = routePrefix(route) + 1 + route % 250;
    return new Addresses(ROUTER_MAC, GENERATOR_MAC, GENERATOR_ADDRESS, destination);
  }

  /** First address of a route, host byte order. */
  public static int routePrefix(int route) {
    return PREFIXES[route];
  }

  /** Prefix length of a route. */
  public static int routeLength(int route) {
    return LENGTHS[route];
  }

  /** Route after route, each at the next address that its length allows. */
  private static void layOut() {
    SplittableRandom random = new SplittableRandom(SEED);
    long next = FIRST_ROUTE;
    for (int route = 0; route < MAX_ROUTES; route++) {
      int length = drawLength(random.nextInt(1000));
      long addresses = 1L << 32 - length;
      next = (next + addresses - 1) / addresses * addresses;
      PREFIXES[route] = (int) next;
      LENGTHS[route] = (byte) length;
      next += addresses;
    }
  }

  private static int drawLength(int draw) {
    int left = draw;
    for (int[] share : LENGTH_SHARES) {
      left -= share[1];
      if (left < 0) {
        return share[0];
      }
    }
    throw new IllegalStateException("shares are less than a thousand");
  }

  /** What the daemon must be told, sockets in a directory. */
  static List<Operation> operations(Path directory, Scenario scenario) {
    List<Operation> operations = new ArrayList<>();
    operations.add(
        Operations.upsert(
            Network.newBuilder()
                .setName(NAME)
                .setVni(VNI)
                .setRange4(prefix(RANGE, RANGE_LENGTH))
                .setCountRoutes(scenario.countRoutes())
                .build()));
    for (int port = 0; port < 2; port++) {
      switch (scenario.work().port(port)) {
        case GENERATOR ->
            operations.add(endpoint(directory, GENERATOR, GENERATOR_ADDRESS, GENERATOR_MAC));
        case SINK -> operations.add(endpoint(directory, SINK, SINK_ADDRESS, SINK_MAC));
        default -> operations.addAll(BenchUnderlay.operations(directory));
      }
    }
    operations.addAll(rules(directory, scenario.rules()));
    operations.add(
        scenario.work().usesTunnel()
            ? routes(0, scenario.routes(), Operations.toNode(BenchUnderlay.NODE))
            : routes(0, scenario.routes()));
    return operations;
  }

  private static List<Operation> rules(Path directory, Scenario.Rules rules) {
    return switch (rules) {
      case NOBODYS -> List.of();
      case GENERATORS -> BenchPolicy.operations(NAME, GENERATOR);
      case OTHER_NETWORKS -> {
        List<Operation> operations = new ArrayList<>();
        operations.add(Operations.upsert(otherNetwork()));
        operations.add(endpoint(directory, OTHER, POLICED, GENERATOR_ADDRESS, GENERATOR_MAC));
        operations.addAll(BenchPolicy.operations(OTHER, POLICED));
        yield operations;
      }
    };
  }

  /** Routes to the sink. */
  static Operation routes(int first, int count) {
    return routes(first, count, Operations.toEndpoint(SINK));
  }

  private static Operation routes(int first, int count, NextHop nextHop) {
    Routes.Builder builder = Routes.newBuilder().setNetwork(NAME).addNextHops(nextHop);
    for (int route = first; route < first + count; route++) {
      builder.addPrefixes(prefix(route));
    }
    return Operations.upsert(builder.build());
  }

  /** The prefix of a route. */
  static Prefix prefix(int route) {
    return prefix(routePrefix(route), routeLength(route));
  }

  /** A second network, which has nothing in it. */
  static Network otherNetwork() {
    return Network.newBuilder()
        .setName(OTHER)
        .setVni(VNI + 1)
        .setRange4(prefix(RANGE, RANGE_LENGTH))
        .build();
  }

  static Path socket(Path directory, String endpoint) {
    return directory.resolve(endpoint + ".memif");
  }

  private static Operation endpoint(Path directory, String name, int address, long mac) {
    return endpoint(directory, NAME, name, address, mac);
  }

  private static Operation endpoint(
      Path directory, String network, String name, int address, long mac) {
    return Operations.upsert(
        Endpoint.newBuilder()
            .setName(name)
            .setNetwork(network)
            .putLabels(LABEL, name)
            .addAddresses(bytes(address))
            .setMac(macBytes(mac))
            .setMemif(server(directory, name))
            .build());
  }

  /** One more endpoint, whose memif has a socket of its own. */
  static Operation more(Path directory, int number) {
    return endpoint(
        directory, NAME, moreName(number), FIRST_MORE_ADDRESS + number, FIRST_MORE_MAC + number);
  }

  static String moreName(int number) {
    return "more-" + number;
  }

  /** A memif whose server is the daemon. */
  static Memif server(Path directory, String name) {
    return Memif.newBuilder()
        .setRole(Memif.Role.ROLE_SERVER)
        .setSocket(socket(directory, name).toString())
        .build();
  }

  /** A prefix as the API has it. */
  static Prefix prefix(int address, int length) {
    return Prefix.newBuilder().setAddress(bytes(address)).setLength(length).build();
  }

  /** A MAC address as the API has it. */
  static ByteString macBytes(long mac) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(mac << 16).array(), 0, 6);
  }

  /** An IPv4 address as the API has it. */
  static ByteString bytes(int address) {
    return ByteString.copyFrom(ByteBuffer.allocate(4).putInt(address).array());
  }
}
