package dev.heddle.port.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel as an endpoint of a {@link DpdkWorld}, in a network namespace of its own: it reaches
 * everybody through the gateway.
 */
final class KernelPeer {
  private static final String GATEWAY = "172.19.0.1";

  private final int endpoint;
  private final String name;

  KernelPeer(int endpoint) throws Exception {
    this.endpoint = endpoint;
    this.name = "heddle-dpdk-" + ProcessHandle.current().pid() + "-" + endpoint;
    run("ip", "netns", "add", name);
  }

  /** The file of its namespace. */
  Path namespace() {
    return Path.of("/run/netns", name);
  }

  /** Connects it by a pair of interfaces, whose other end is in the namespace, too. */
  void createPair(String own, String other) throws Exception {
    ip("link", "add", own, "type", "veth", "peer", "name", other);
    silence(other);
    ip("link", "set", other, "up");
    configure(own);
  }

  /** Gives an interface the endpoint's addresses and lets it send to the gateway. */
  void configure(String own) throws Exception {
    silence(own);
    ip("link", "set", own, "address", mac());
    ip("link", "set", own, "up");
    ip("address", "add", address(), "dev", own);
    ip("route", "add", GATEWAY, "dev", own);
    ip("route", "add", "default", "via", GATEWAY);
  }

  /** What the kernel says by itself is not part of any test. */
  private void silence(String device) throws Exception {
    String file = "/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6";
    run("ip", "netns", "exec", name, "sh", "-c", "echo 1 >" + file);
  }

  void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  /** What ip says of its interface. */
  String show(String device) throws Exception {
    return output("ip", "-n", name, "link", "show", device);
  }

  String address() {
    return "172.19.0." + (10 + endpoint);
  }

  private String mac() {
    return "02:00:00:00:00:%02x".formatted(0x0a + endpoint);
  }

  /**
   * Sends so many echo requests, all of which must be answered. One after the other, since ping
   * waits for the last answer of several no longer than two round trips.
   */
  void ping(String destination, int count, int payloadBytes) throws Exception {
    String one = "ping -c 1 -W 60 -M do -s " + payloadBytes + " -q " + destination;
    String all = "for i in $(seq " + count + "); do " + one + " || exit 1; done";
    output("ip", "netns", "exec", name, "sh", "-c", all);
  }

  /** Whether one echo request is answered soon. */
  boolean reaches(String destination) throws Exception {
    return exitStatus("ip", "netns", "exec", name, "ping", "-c", "1", "-W", "1", "-q", destination)
        == 0;
  }

  private static int exitStatus(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    output(command);
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    return output;
  }

  /** Removes its namespace with everything in it. */
  void remove() throws Exception {
    run("ip", "netns", "delete", name);
  }
}
