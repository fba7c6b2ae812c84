package dev.heddle.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace with a tap in it: a pod with a kernel's IP stack, which resolves neighbours
 * and answers pings by itself.
 */
final class KernelPod implements AutoCloseable {
  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received(?:, \\+(\\d+) errors)?");

  private static final int DEADLINE_S = 5;

  /** Answers that a ping waits for. */
  static final int ANSWERS = 3;

  private final Namespace namespace;
  private final Pod pod;
  private final String device;

  /**
   * What ping saw.
   *
   * @param refused replies that said the destination cannot be reached
   * @param output its words
   */
  record Pings(int sent, int answered, int refused, String output) {}

  private KernelPod(Namespace namespace, Pod pod, String device) {
    this.namespace = namespace;
    this.pod = pod;
    this.device = device;
  }

  /**
   * Makes the namespace; it is empty at first.
   *
   * @param device name of the tap that will be moved into it
   */
  static KernelPod create(Pod pod, String device) {
    return new KernelPod(Namespace.create(), pod, device);
  }

  Pod pod() {
    return pod;
  }

  Namespace namespace() {
    return namespace;
  }

  /**
   * Takes the tap over from the namespace of a process, and gives it the pod's addresses.
   *
   * @param mtu the largest packet that the network takes, in bytes
   */
  void adopt(long fromPid, int mtu) {
    String pid = Long.toString(namespace.pid());
    Commands.require(
        "nsenter", "-t", "" + fromPid, "-n", "ip", "link", "set", device, "netns", pid);
    namespace.require("ip", "address", "add", pod.address4() + "/16", "dev", device);
    namespace.require("ip", "address", "add", pod.address6() + "/64", "dev", device, "nodad");
    namespace.require("ip", "link", "set", device, "mtu", "" + mtu, "up");
  }

  /** What its kernel counted at the interface. */
  PortStatistics statistics() {
    return new PortStatistics(
        counter("rx_packets"), counter("rx_bytes"), counter("tx_packets"), counter("tx_bytes"));
  }

  private long counter(String name) {
    String file = "/sys/class/net/%s/statistics/%s".formatted(device, name);
    return Long.parseLong(namespace.require("cat", file).strip());
  }

  /** Lets the kernel send packets of up to so many bytes. */
  void resize(int mtu) {
    namespace.require("ip", "link", "set", device, "mtu", "" + mtu);
  }

  /** Lets the kernel send nothing more. */
  void silence() {
    namespace.require("ip", "link", "set", device, "down");
  }

  /**
   * Pings an address until there are enough answers, or a refusal. One more request than answers is
   * no loss of ours: DPDK's tap port can overlook a packet until the next one comes.
   *
   * @param options further options of ping
   */
  Pings ping(String address, String... options) {
    List<String> command = new ArrayList<>(List.of("ping", "-n", "-c", "" + ANSWERS));
    command.addAll(List.of("-i", "0.2", "-w", "" + DEADLINE_S));
    command.addAll(List.of(options));
    command.add(address);
    Commands.Result result = namespace.run(command.toArray(String[]::new));
    Matcher summary = SUMMARY.matcher(result.output());
    if (!summary.find()) {
      throw new DemoException("ping said: " + result.output());
    }
    String errors = summary.group(3);
    return new Pings(
        Integer.parseInt(summary.group(1)),
        Integer.parseInt(summary.group(2)),
        errors == null ? 0 : Integer.parseInt(errors),
        result.output());
  }

  @Override
  public void close() {
    namespace.close();
  }
}
