package dev.heddle.port.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.ffi.linux.Tun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A network namespace with the kernel of an endpoint of a {@link TapWorld}, or of several. */
final class PodNamespace {
  static final String DEVICE = "pod0";

  private static int made;

  private final String name = "heddle-tap-" + ProcessHandle.current().pid() + "-" + made++;

  PodNamespace() throws Exception {
    run("ip", "netns", "add", name);
  }

  /** Makes a device that is ended with its last descriptor. */
  Tun createTap(String device, int queues) {
    return NetworkNamespace.call(path(), () -> Tun.create(device, queues));
  }

  Path path() {
    return Path.of("/run/netns", name);
  }

  /** Gives a device an endpoint's addresses, and lets it send everything to the gateways. */
  void configure(String device, int endpoint) throws Exception {
    silence(device);
    ip("link", "set", device, "address", TapWorld.macText(endpoint), "mtu", "9000", "up");
    ip("address", "add", TapWorld.address4(endpoint) + "/16", "dev", device);
    ip("route", "add", "default", "via", TapWorld.GATEWAY4);
  }

  /** Sets right what somebody has changed of the device; addresses stay. */
  void configureAgain(String device, int endpoint) throws Exception {
    ip("link", "set", device, "down");
    ip("link", "set", device, "address", TapWorld.macText(endpoint), "mtu", "9000", "up");
    ip("route", "add", "default", "via", TapWorld.GATEWAY4);
  }

  /** Adds the addresses of IPv6; then the kernel also says things by itself. */
  void configure6(String device, int endpoint) throws Exception {
    exec("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6");
    ip("address", "add", TapWorld.address6(endpoint) + "/64", "dev", device, "nodad");
    ip("-6", "route", "add", "default", "via", TapWorld.GATEWAY6, "dev", device);
  }

  /** What the kernel says by itself is part of few tests. */
  void silence(String device) throws Exception {
    exec("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6");
  }

  void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  /** Runs a command inside, which must succeed; returns what it says. */
  String exec(String... command) throws IOException, InterruptedException {
    Process process = start(command);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    return output;
  }

  /** Starts a command inside. */
  Process start(String... command) throws IOException {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
    whole.addAll(List.of(command));
    return new ProcessBuilder(whole).redirectErrorStream(true).start();
  }

  /**
   * Sends so many echo requests, all of which must be answered. One after the other, since ping
   * waits for the last answer of several no longer than two round trips.
   */
  void ping(String destination, int count, int payloadBytes) throws Exception {
    String one = "ping -c 1 -W 60 -M do -s " + payloadBytes + " -q " + destination;
    exec("sh", "-c", "for i in $(seq " + count + "); do " + one + " || exit 1; done");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
  }

  /** Removes it, unless somebody still has it open. */
  void remove() throws Exception {
    run("ip", "netns", "delete", name);
  }
}
