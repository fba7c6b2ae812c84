package dev.heddle.observe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a class of this build in a JVM of its own. */
public final class JavaProcess {
  private JavaProcess() {}

  /** A process to be started with the tests' own class path. */
  public static ProcessBuilder builder(Class<?> main, String... arguments) {
    return builder(List.of(), main, arguments);
  }

  /** The same with further JVM options. */
  public static ProcessBuilder builder(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
