package dev.heddle.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this machine's C compiler knows of structs, constants and functions. */
public final class CompilerFacts {
  private static final Path RESOURCES = Path.of("src/test/resources").toAbsolutePath();
  private static final Path HEADER_DIRECTORY = Path.of("src/generated").toAbsolutePath();

  private CompilerFacts() {}

  /**
   * Compiles a program and returns the words of each line that it prints.
   *
   * @param source below the test resources
   * @param directory where the program is put
   * @param options for the compiler
   */
  public static List<String[]> of(String source, Path directory, String... options)
      throws IOException, InterruptedException {
    Path program = directory.resolve("facts");
    List<String> compile =
        new ArrayList<>(List.of("gcc", "-Wall", "-Werror", "-I" + HEADER_DIRECTORY));
    compile.addAll(List.of(options));
    compile.addAll(List.of("-o", program.toString(), RESOURCES.resolve(source).toString()));
    run(compile);
    return run(List.of(program.toString())).lines().map(line -> line.split(" ")).toList();
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
