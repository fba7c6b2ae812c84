package dev.heddle.benchmarks.peer;

import dev.heddle.benchmarks.machine.Cores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's Open vSwitch with DPDK: a database server and a switch of our own, apart from the
 * system's, with everything they write in one directory. The switch runs in a network namespace of
 * its own and polls with one thread, on the tested core. Needs hugepages, see {@link HugePages}.
 */
public final class OpenVSwitch implements AutoCloseable {
  private static final String SWITCH = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk";
  private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";
  private static final String DPDK = "--no-pci --no-telemetry --in-memory -m 320";
  private static final int TIMEOUT_SECONDS = 20;

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();

  private OpenVSwitch(Path directory) {
    this.directory = directory;
  }

  /** Starts both and waits until the switch has started DPDK. */
  public static OpenVSwitch start(Path directory) {
    OpenVSwitch started = new OpenVSwitch(directory);
    try {
      started.startBoth();
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void startBoth() {
    Path database = directory.resolve("conf.db");
    run("ovsdb-tool", "create", database.toString(), SCHEMA);
    Path socket = directory.resolve("db.sock");
    launch("ovsdb-server", database.toString(), "--remote=punix:" + socket);
    await(socket);
    run(
        "ovs-vsctl",
        "--no-wait",
        "init",
        "--",
        "set",
        "Open_vSwitch",
        ".",
        "other_config:dpdk-init=true",
        "other_config:dpdk-lcore-mask=" + mask(Cores.HARNESS),
        "other_config:pmd-cpu-mask=" + mask(Cores.TESTED),
        "other_config:dpdk-extra=\"%s\"".formatted(DPDK));
    launch("unshare", "--net", SWITCH, "unix:" + socket, "--unixctl=" + control());
    await(control());
    configure("wait-until", "Open_vSwitch", ".", "dpdk_initialized=true");
  }

  /** The switch's process id. */
  public long pid() {
    return processes.getLast().pid();
  }

  /** Runs ovs-vsctl, which waits until the switch has done it. */
  public String configure(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--timeout=" + TIMEOUT_SECONDS));
    command.addAll(Arrays.asList(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Adds a bridge of the userspace datapath that drops what no flow names. */
  public void addBridge(String bridge) {
    configure(
        "add-br",
        bridge,
        "--",
        "set",
        "bridge",
        bridge,
        "datapath_type=netdev",
        "fail_mode=secure");
  }

  /** Adds a memif server as DPDK port. */
  public void addMemif(String bridge, String port, Path socket) {
    String device =
        "net_memif_%s,role=server,socket=%s,socket-abstract=no,id=0,rsize=10,bsize=2048"
            .formatted(port, socket);
    addPort(bridge, port, "type=dpdk", "options:dpdk-devargs=\"%s\"".formatted(device));
  }

  /** Adds a port; throws where the switch cannot make it work. */
  public void addPort(String bridge, String port, String... settings) {
    List<String> arguments =
        new ArrayList<>(List.of("add-port", bridge, port, "--", "set", "Interface", port));
    arguments.addAll(Arrays.asList(settings));
    configure(arguments.toArray(String[]::new));
    String error = configure("get", "Interface", port, "error").strip();
    if (!error.equals("[]")) {
      throw new IllegalStateException("Open vSwitch's port %s: %s".formatted(port, error));
    }
  }

  /** Adds a flow as ovs-ofctl writes them. */
  public void addFlow(String bridge, String flow) {
    run("ovs-ofctl", "add-flow", bridge, flow);
  }

  /** Adds many flows at once, each as ovs-ofctl writes them. */
  public void addFlows(String bridge, List<String> flows) {
    Path file = directory.resolve("flows");
    try {
      Files.write(file, flows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("ovs-ofctl", "add-flows", bridge, file.toString());
  }

  /** Runs a command in the switch's network namespace. */
  public void runInside(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid()), "--net", "--"));
    command.addAll(Arrays.asList(arguments));
    run(command.toArray(String[]::new));
  }

  /** Asks the running switch. */
  public String ask(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ovs-appctl", "--target=" + control()));
    command.addAll(Arrays.asList(arguments));
    return run(command.toArray(String[]::new));
  }

  /**
   * What the datapath has counted.
   *
   * @param from the port that packets come from
   * @param to the port that they leave through
   * @param ticksPerNs of the clock that its cycles are counted in
   */
  public Peer.Counts counts(String from, String to, double ticksPerNs) {
    String ports = ask("dpctl/show", "--statistics");
    String thread = ask("dpif-netdev/pmd-stats-show");
    long dropped = port(ports, from, "RX", "dropped") + port(ports, to, "TX", "dropped");
    double busyNs = find(thread, "processing cycles: (\\d+)") / ticksPerNs;
    return new Peer.Counts(
        true,
        port(ports, from, "RX", "packets"),
        port(ports, to, "TX", "packets"),
        dropped,
        Math.round(busyNs),
        0);
  }

  private static long port(String ports, String port, String direction, String count) {
    String section = "port \\d+: " + Pattern.quote(port) + " \\([^\\n]*\\n(?:(?! {2}port ).*\\n)*?";
    return find(ports, section + " *" + direction + " .*?" + count + ":(\\d+)");
  }

  private static long find(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("Open vSwitch tells no %s: %s".formatted(pattern, text));
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.destroy();
      try {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  private Path control() {
    return directory.resolve("switch.ctl");
  }

  private static String mask(int core) {
    return "0x" + Long.toHexString(1L << core);
  }

  private void launch(String... command) {
    try {
      ProcessBuilder builder = builder(command);
      processes.add(
          builder
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await(Path socket) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!Files.exists(socket)) {
      if (!processes.getLast().isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("Open vSwitch did not start: " + log());
      }
      Thread.onSpinWait();
    }
  }

  private String run(String... command) {
    try {
      Process process = builder(command).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "%s: %s; log: %s".formatted(String.join(" ", command), output.strip(), log()));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    for (String place : List.of("OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR")) {
      builder.environment().put(place, directory.toString());
    }
    return builder;
  }

  private String log() {
    try {
      return Files.exists(directory.resolve("log"))
          ? Files.readString(directory.resolve("log"))
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
