package dev.heddle.benchmarks.micro;

import dev.heddle.benchmarks.Benchmark;
import dev.heddle.benchmarks.report.Sample;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every JMH benchmark of this package, in the JVM options that the daemon has. */
public final class MicroBenchmarks implements Benchmark {
  private static final String ID = "jmh";
  private static final int WARM_UPS = 3;
  private static final int ITERATIONS = 5;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String what() {
    return "single steps and tables, by JMH";
  }

  @Override
  public List<Sample> run(Context context) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(MicroBenchmarks.class.getPackageName() + ".*")
            .forks(1)
            .warmupIterations(WARM_UPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.milliseconds(500))
            .jvmArgs(jvmArguments())
            .verbosity(VerboseMode.SILENT)
            .build();
    List<Sample> samples = new ArrayList<>();
    for (RunResult result : new Runner(options).run()) {
      add(context, samples, result);
    }
    return samples;
  }

  private static void add(Context context, List<Sample> samples, RunResult result) {
    String scenario = scenario(result.getParams());
    int run = 0;
    for (var fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        double ns = iteration.getPrimaryResult().getScore();
        samples.add(Sample.oneCore(ID, scenario, "heddle", run++, "ns-per-operation", ns, "ns"));
      }
    }
    context.log("%s: %.2f ns".formatted(scenario, result.getPrimaryResult().getScore()));
  }

  private static String scenario(BenchmarkParams parameters) {
    StringBuilder name = new StringBuilder(parameters.getBenchmark());
    name.delete(0, MicroBenchmarks.class.getPackageName().length() + 1);
    for (String key : parameters.getParamsKeys()) {
      name.append(' ').append(key).append('=').append(parameters.getParam(key));
    }
    return name.toString();
  }

  /** The daemon's collector and access rights; the harness has its own collector. */
  private static String[] jvmArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("-XX:+UseZGC");
    arguments.add("-XX:+UseCompactObjectHeaders");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.endsWith("GC"))
        .forEach(arguments::add);
    return arguments.toArray(String[]::new);
  }
}
