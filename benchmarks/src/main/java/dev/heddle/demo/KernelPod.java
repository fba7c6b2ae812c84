package dev.heddle.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace with a tap in it: a pod with a kernel's IP stack, which resolves neighbours
 * and answers pings by itself.
 *
 * <p>The namespace has no name and is held by a child that reads from us, so that it vanishes with
 * this process in any case.
 */
final class KernelPod implements AutoCloseable {
  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received(?:, \\+(\\d+) errors)?");

  private static final int DEADLINE_S = 10;

  /** Answers that a ping waits for. */
  static final int ANSWERS = 3;

  private final Process holder;
  private final Pod pod;
  private final String device;

  /**
   * What ping saw.
   *
   * @param refused replies that said the destination cannot be reached
   */
  record Pings(int sent, int answered, int refused) {}

  private KernelPod(Process holder, Pod pod, String device) {
    this.holder = holder;
    this.pod = pod;
    this.device = device;
  }

  /**
   * Makes the namespace; it is empty at first.
   *
   * @param device name of the tap that will be moved into it
   */
  static KernelPod create(Pod pod, String device) {
    try {
      Process holder =
          new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat")
              .redirectErrorStream(true)
              .start();
      KernelPod created = new KernelPod(holder, pod, device);
      String word = holder.inputReader(StandardCharsets.US_ASCII).readLine();
      if (!"ready".equals(word)) {
        created.close();
        throw new DemoException("cannot make a network namespace: " + word);
      }
      return created;
    } catch (IOException e) {
      throw new DemoException("cannot make a network namespace: " + e.getMessage(), e);
    }
  }

  Pod pod() {
    return pod;
  }

  /** Takes the tap over from the namespace of a process, and gives it the pod's addresses. */
  void adopt(long fromPid) {
    String pid = Long.toString(holder.pid());
    Commands.require(
        "nsenter", "-t", "" + fromPid, "-n", "ip", "link", "set", device, "netns", pid);
    inside("ip", "address", "add", pod.address4() + "/16", "dev", device);
    inside("ip", "address", "add", pod.address6() + "/64", "dev", device, "nodad");
    inside("ip", "link", "set", device, "up");
  }

  /** Lets the kernel send nothing more. */
  void silence() {
    inside("ip", "link", "set", device, "down");
  }

  /**
   * Pings an address until there are enough answers, or a refusal. One more request than answers is
   * no loss of ours: DPDK's tap port can overlook a packet until the next one comes.
   */
  Pings ping(String address) {
    Commands.Result result =
        Commands.run(
            command("ping", "-n", "-c", "" + ANSWERS, "-i", "0.2", "-w", "" + DEADLINE_S, address));
    Matcher summary = SUMMARY.matcher(result.output());
    if (!summary.find()) {
      throw new DemoException("ping said: " + result.output());
    }
    String errors = summary.group(3);
    return new Pings(
        Integer.parseInt(summary.group(1)),
        Integer.parseInt(summary.group(2)),
        errors == null ? 0 : Integer.parseInt(errors));
  }

  @Override
  public void close() {
    Commands.end(holder);
  }

  private void inside(String... command) {
    Commands.require(command(command));
  }

  private String[] command(String... inside) {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid()), "-n"));
    command.addAll(List.of(inside));
    return command.toArray(String[]::new);
  }
}
