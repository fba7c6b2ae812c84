package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.CountersFormat;
import dev.heddle.api.stats.Snapshot;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The demonstration passes, and it does not pass when it is sabotaged. */
class DemoIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final int SIGTERM_STATUS = 143;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void shouldPassWhenNothingIsSabotaged() {
    int status = run(new Seam() {});
    assertThat(status).as(report()).isZero();
    assertThat(report()).contains("VERDICT: passed");
  }

  @Test
  void shouldFailWhenNetworksAreSwapped() {
    int status =
        run(
            new Seam() {
              @Override
              public String networkOf(Pod pod) {
                return other(pod.network());
              }
            });
    assertThat(status).as(report()).isEqualTo(1);
    assertThat(report())
        .contains("VERDICT: FAILED")
        .contains("FAIL  blue-a 172.19.0.10 -> 10.56.7.8: 70 sent, 0 intact at blue-b");
  }

  @Test
  void shouldFailWhenOnePodStandsInTheOtherNetwork() {
    int status =
        run(
            new Seam() {
              @Override
              public String networkOf(Pod pod) {
                return pod.address4().equals("172.19.0.20") ? other(pod.network()) : pod.network();
              }
            });
    assertThat(status).as(report()).isEqualTo(1);
    assertThat(report())
        .contains(
            "FAIL  blue-a 172.19.0.10 -> 172.19.0.20: 600 sent, 0 intact at blue-b;"
                + " arrived at {red-b=600}");
  }

  @Test
  void shouldFailWhenUnderlayIsCut() {
    int status =
        run(
            new Seam() {
              @Override
              public void beforeTraffic(Underlay underlay) {
                underlay.cut();
              }
            });
    assertThat(status).as(report()).isEqualTo(1);
    assertThat(report())
        .contains("FAIL  blue-a 172.19.0.10 -> 172.19.0.50: 210 sent, 0 intact at blue-d")
        .contains("FAIL  red-d  fd00:19::50 -> fd00:19::10: 170 sent, 0 intact at red-a")
        .contains("FAIL  blue-k pings 172.19.0.52")
        .contains("FAIL  blue-n sends 0 bytes by TCP to blue-p at 172.19.0.62, which got 0")
        .contains("ok   blue-n sends 2000000 bytes by TCP to blue-o at 172.19.0.61")
        .contains("ok   blue-a 172.19.0.10 -> 172.19.0.20: 600 sent, 600 intact at blue-b");
  }

  @Test
  void shouldFailWhenIdentifiersAreSwappedOnOneNode() {
    int status =
        run(
            new Seam() {
              @Override
              public int vniOf(Node node, Network network) {
                return node.equals(Topology.NODE2)
                    ? Topology.network(other(network.name())).vni()
                    : network.vni();
              }
            });
    assertThat(status).as(report()).isEqualTo(1);
    assertThat(report())
        .contains(
            "FAIL  blue-a 172.19.0.10 -> 172.19.0.50: 210 sent, 0 intact at blue-d;"
                + " arrived at {red-d=210}")
        .contains("FAIL  192.0.2.2 -> 192.0.2.1, VNI 56: 0 packets of blue's flows, expected 590")
        .contains("ok   192.0.2.1 -> 192.0.2.2, VNI 56: ");
  }

  @Test
  void shouldFailWhenThePolicyAllowsAnotherPort() {
    int status =
        run(
            new Seam() {
              @Override
              public int allowedPort() {
                return TcpTransfer.PORT + 1;
              }
            });
    assertThat(status).as(report()).isEqualTo(1);
    assertThat(report())
        .contains("FAIL  blue-n sends 0 bytes by TCP to port 5001 of blue-o, which got 0")
        .contains("FAIL  blue-n asks for port 5002 of blue-o and hears an answer")
        .contains("FAIL  explained: TCP from blue-n to port 5002 of blue-o counts as ''");
  }

  @Test
  void shouldFailWhenCountersAreFalsified() {
    int status =
        run(
            new Seam() {
              @Override
              public void beforeCounting(Node node, Path countersFile) {
                if (node.equals(Topology.NODE1)) {
                  increment(countersFile, "blue-a", "rx-packets");
                  increment(countersFile, "red-a", "no-route");
                  increment(countersFile, "red-b", "tx-bytes");
                  increment(countersFile, "blue-n", "rx-bytes");
                } else {
                  increment(countersFile, Ledger.UPLINK, "no-route");
                  increment(countersFile, Ledger.UPLINK, "rx-bytes");
                }
              }
            });
    assertThat(status).as(report()).isEqualTo(1);
    assertThat(report())
        .contains("  FAIL  node1, worker 0: received + originated")
        .contains("  FAIL  blue-a daemon took")
        .contains("  FAIL  node1: red-a dropped {no-route=41}")
        .contains("  FAIL  red-b  daemon took")
        .contains("  FAIL  node2, worker 0: received + originated")
        .contains("  FAIL  node2: uplink dropped {no-route=66}")
        .contains("  FAIL  node1's uplink sent")
        .contains("  FAIL  blue-n daemon took")
        .contains("VERDICT: FAILED, 8 of");
  }

  @Test
  void shouldLeaveNothingBehindWhenInterrupted() throws IOException, InterruptedException {
    Process demo =
        new ProcessBuilder(ROOT.resolve("bin/heddle-demo").toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = demo.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null && !line.contains("pings")) {
        line = output.readLine();
      }
      List<ProcessHandle> children = demo.descendants().toList();
      demo.destroy();
      assertThat(demo.waitFor()).isEqualTo(SIGTERM_STATUS);
      assertThat(children).isNotEmpty().noneMatch(ProcessHandle::isAlive);
      assertThat(workingDirectories(demo.pid())).isEmpty();
    } finally {
      demo.destroyForcibly();
    }
  }

  private static List<Path> workingDirectories(long pid) throws IOException {
    String prefix = WorkingDirectory.prefix(pid);
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private int run(Seam seam) {
    return new Demo(ROOT, new PrintStream(printed, true, StandardCharsets.UTF_8), seam).run();
  }

  private String report() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static String other(String network) {
    return network.equals(Topology.BLUE) ? Topology.RED : Topology.BLUE;
  }

  /** Adds one to a counter of the first worker, as a mistake of the daemon would. */
  private static void increment(Path countersFile, String name, String column) {
    try (CountersFileReader reader = CountersFileReader.open(countersFile);
        FileChannel channel =
            FileChannel.open(countersFile, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      Snapshot snapshot = reader.snapshot();
      int index =
          snapshot.interfaces().stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow()
              .index();
      MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
      file.order(ByteOrder.LITTLE_ENDIAN);
      int at =
          file.getInt(CountersFormat.ROWS_OFFSET)
              + index * file.getInt(CountersFormat.ROW_BYTES_OFFSET)
              + snapshot.column(column) * Long.BYTES;
      file.putLong(at, file.getLong(at) + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
