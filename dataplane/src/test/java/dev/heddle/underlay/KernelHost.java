package dev.heddle.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel as neighbour of an uplink: a pair of interfaces, one end for DPDK in a network namespace
 * of its own, the other with the node's and the gateway's addresses in another one.
 */
final class KernelHost {
  static final String DEVICE = "dpdk0";
  private static final String OWN = "host0";
  private static final String MAC = "02:00:00:00:02:02";

  private final String deviceSide = "heddle-nb-" + ProcessHandle.current().pid() + "-d";
  private final String hostSide = "heddle-nb-" + ProcessHandle.current().pid() + "-h";

  KernelHost() throws Exception {
    run("ip", "netns", "add", deviceSide);
    run("ip", "netns", "add", hostSide);
    run(
        "ip",
        "-n",
        hostSide,
        "link",
        "add",
        OWN,
        "address",
        MAC,
        "type",
        "veth",
        "peer",
        "name",
        DEVICE,
        "netns",
        deviceSide);
    sysctl(deviceSide, "net.ipv6.conf." + DEVICE + ".disable_ipv6=1");
    sysctl(hostSide, "net.ipv4.conf." + OWN + ".arp_notify=1");
    sysctl(hostSide, "net.ipv6.conf." + OWN + ".ndisc_notify=1");
    run("ip", "-n", deviceSide, "link", "set", DEVICE, "up");
    ip("link", "set", "lo", "up");
    ip("link", "set", OWN, "up");
    for (String address :
        List.of("192.0.2.2/24", "192.0.2.254/24", "2001:db8::2/64", "fe80::fe/64")) {
      address(address, OWN);
    }
    address("198.51.100.2/32", "lo");
    address("2001:db8:0:1::2/128", "lo");
  }

  private void address(String address, String device) throws Exception {
    if (address.indexOf(':') < 0) {
      ip("address", "add", address, "dev", device);
    } else {
      ip("address", "add", address, "dev", device, "nodad");
    }
  }

  /** Where the device for DPDK is. */
  Path deviceNamespace() {
    return Path.of("/run/netns", deviceSide);
  }

  /** Gives up one of its addresses. */
  void leave(String address) throws Exception {
    ip("address", "delete", address, "dev", OWN);
  }

  /** Takes an address again. */
  void join(String address) throws Exception {
    address(address, OWN);
  }

  /** Becomes another station with the same addresses, and says so. */
  void changeMac(String mac) throws Exception {
    ip("link", "set", OWN, "address", mac);
  }

  /**
   * Whether so many echo requests are all answered. One after the other, since ping waits for the
   * last answer of several no longer than two round trips.
   */
  void ping(String destination, int count) throws Exception {
    String one = "ping -c 1 -W 60 -q " + destination;
    String all = "for i in $(seq " + count + "); do " + one + " || exit 1; done";
    run("ip", "netns", "exec", hostSide, "sh", "-c", all);
  }

  /** Makes it ask again. */
  void forgetNeighbours() throws Exception {
    ip("neigh", "flush", "dev", OWN);
  }

  /** What the kernel knows of a neighbour. */
  String neighbour(String address) throws Exception {
    return run("ip", "-n", hostSide, "neigh", "show", address, "dev", OWN);
  }

  /** Takes tunnel packets to one of its addresses. */
  Tunnel open(String address) {
    return NetworkNamespace.call(
        Path.of("/run/netns", hostSide),
        () -> {
          try {
            DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getByName(address), 4789));
            channel.configureBlocking(false);
            return new Tunnel(channel);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Tunnel packets that the kernel takes. */
  record Tunnel(DatagramChannel channel) implements AutoCloseable {
    /** The numbers that the pod put at the ends of its packets, of those that have come. */
    List<Integer> numbers() {
      List<Integer> numbers = new ArrayList<>();
      ByteBuffer packet = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
      try {
        while (channel.receive(packet.clear()) != null) {
          numbers.add(packet.getInt(packet.position() - Integer.BYTES));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return numbers;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip", "-n", hostSide));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  static void sysctl(String namespace, String setting) throws Exception {
    int equals = setting.indexOf('=');
    String file = "/proc/sys/" + setting.substring(0, equals).replace('.', '/');
    String command = "echo " + setting.substring(equals + 1) + " >" + file;
    run("ip", "netns", "exec", namespace, "sh", "-c", command);
  }

  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    return output;
  }

  /** Removes both namespaces with everything in them. */
  void remove() throws Exception {
    run("ip", "netns", "delete", hostSide);
    run("ip", "netns", "delete", deviceSide);
  }
}
