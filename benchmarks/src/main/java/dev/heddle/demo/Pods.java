package dev.heddle.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All pods of the demonstration: one testpmd with two ports for each, and namespaces for those that
 * have a kernel.
 *
 * <pre>
 *   capture file -> net_pcap --- testpmd --- net_memif -> the daemon     pods that send and record
 *   capture file <-
 *
 *   kernel, ping -> net_tap  --- testpmd --- net_memif -> the daemon     pods with an IP stack
 * </pre>
 */
final class Pods implements AutoCloseable {
  private final List<Pod> pods;
  private final List<KernelPod> kernelPods = new CopyOnWriteArrayList<>();
  private final Testpmd testpmd;

  private Pods(List<Pod> pods, Testpmd testpmd) {
    this.pods = pods;
    this.testpmd = testpmd;
  }

  /**
   * Starts testpmd and connects its ports; the daemon must be listening.
   *
   * @param directory for sockets and testpmd's own files
   * @param traffic the files that are sent and received
   */
  static Pods start(List<Pod> pods, Path directory, Traffic traffic) {
    List<String> devices = new ArrayList<>();
    boolean taps = false;
    for (int i = 0; i < pods.size(); i++) {
      Pod pod = pods.get(i);
      if (pod.kind() == Pod.Kind.KERNEL) {
        taps = true;
        devices.add("net_tap%d,iface=%s,mac=%s".formatted(i, tap(pod), pod.mac()));
      } else {
        devices.add(
            "net_pcap%d,rx_pcap=%s,tx_pcap=%s"
                .formatted(i, traffic.toSend(pod), traffic.received(pod)));
      }
      devices.add(Setup.device(directory, pod, i));
    }
    return new Pods(pods, Testpmd.start(directory, taps, devices));
  }

  /**
   * Waits for the links and gives taps to their namespaces.
   *
   * @param mtu the largest packet that a network takes, in bytes
   */
  void connect(int mtu) {
    testpmd.awaitLinks();
    for (Pod pod : pods) {
      if (pod.kind() == Pod.Kind.KERNEL) {
        KernelPod kernelPod = KernelPod.create(pod, tap(pod));
        kernelPods.add(kernelPod);
        kernelPod.adopt(testpmd.pid(), mtu);
      }
    }
  }

  /** Lets packets go. */
  void go() {
    testpmd.startForwarding();
  }

  /** The kernel pod of this name. */
  KernelPod kernel(String name) {
    return kernelPods.stream()
        .filter(each -> each.pod().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Kernels send nothing more, so that counters come to rest. */
  void silenceKernels() {
    kernelPods.forEach(KernelPod::silence);
  }

  /** Ends all forwarding. */
  void stop() {
    testpmd.stopForwarding();
  }

  /** What testpmd counted at each pod's memif port. */
  Map<String, PortStatistics> statistics() {
    List<PortStatistics> ports = testpmd.statistics();
    Map<String, PortStatistics> byPod = new HashMap<>();
    for (int i = 0; i < pods.size(); i++) {
      byPod.put(pods.get(i).name(), ports.get(2 * i + 1));
    }
    return byPod;
  }

  @Override
  public void close() {
    testpmd.close();
    kernelPods.forEach(KernelPod::close);
  }

  private static String tap(Pod pod) {
    return "tap-" + pod.name();
  }
}
