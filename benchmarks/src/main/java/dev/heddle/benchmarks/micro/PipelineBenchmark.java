package dev.heddle.benchmarks.micro;

import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.packet.Batch;
import dev.heddle.worker.LoopbackWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The whole way of a full batch, ring to ring, on one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PipelineBenchmark {
  private static final Map<String, Scenario> SCENARIOS =
      Map.of(
          "64B-1route", Scenario.SMALL,
          "1500B-1route", Scenario.LARGE,
          "64B-10k-random", Scenario.TEN_THOUSAND,
          "64B-500k-random-counted", Scenario.HALF_A_MILLION,
          "64B-encapsulation", Scenario.ENCAPSULATION,
          "64B-decapsulation", Scenario.DECAPSULATION);

  @Param({
    "64B-1route",
    "1500B-1route",
    "64B-10k-random",
    "64B-500k-random-counted",
    "64B-encapsulation",
    "64B-decapsulation"
  })
  public String scenario;

  private Path directory;
  private LoopbackWorker worker;

  /** Builds the worker and its tables. */
  @Setup
  public void build() throws IOException {
    directory = Files.createTempDirectory("heddle-pipeline");
    worker = new LoopbackWorker(directory, SCENARIOS.get(scenario));
  }

  /** Makes sure that every packet was delivered. */
  @TearDown
  public void check() throws IOException {
    worker.turn();
    long missing = worker.taken() - worker.received();
    worker.close();
    Files.deleteIfExists(directory.resolve("counters"));
    Files.deleteIfExists(directory);
    if (missing > Batch.CAPACITY) {
      throw new IllegalStateException(missing + " packets were not delivered");
    }
  }

  /** A batch. */
  @Benchmark
  @OperationsPerInvocation(Batch.CAPACITY)
  public int batch() {
    return worker.turn();
  }
}
