package dev.heddle.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.CompilerFacts;
import dev.heddle.ffi.linux.generated.Linux;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the generated layouts and constants with what this machine's C compiler says. */
class LayoutTest {
  private static final Path GENERATED =
      Path.of("src/generated/java/dev/heddle/ffi/linux/generated").toAbsolutePath();

  /** Only an alias of a struct that has its own class. */
  private static final Set<String> ALIASES = Set.of("epoll_data_t");

  private static List<String[]> facts;

  @BeforeAll
  static void askTheCompiler(@TempDir Path directory) throws Exception {
    facts = CompilerFacts.of("dev/heddle/ffi/linux/layouts.c", directory);
  }

  @Test
  void shouldHaveTheCompilersSizesOffsetsAndConstants() throws Exception {
    for (String[] fact : facts) {
      long expected = Long.parseLong(fact[fact.length - 1]);
      assertThat(generated(fact)).as(String.join(" ", fact)).isEqualTo(expected);
    }
  }

  @Test
  void shouldCompareEverythingThatWasGenerated() throws Exception {
    Set<String> compared = new TreeSet<>();
    facts.forEach(
        fact -> compared.add(fact[0] + " " + fact[1] + (fact.length > 3 ? " " + fact[2] : "")));
    assertThat(compared).isEqualTo(allGenerated());
  }

  private static long generated(String[] fact) throws Exception {
    return switch (fact[0]) {
      case "size" -> (long) struct(fact[1]).getMethod("sizeof").invoke(null);
      case "offset" -> (long) struct(fact[1]).getMethod(fact[2] + "$offset").invoke(null);
      case "constant" -> ((Number) Linux.class.getMethod(fact[1]).invoke(null)).longValue();
      default -> throw new IllegalArgumentException(fact[0]);
    };
  }

  private static Set<String> allGenerated() throws Exception {
    Set<String> all = new TreeSet<>();
    for (Method method : Linux.class.getDeclaredMethods()) {
      if (method.getParameterCount() == 0 && isNumber(method.getReturnType())) {
        all.add("constant " + method.getName());
      }
    }
    for (String name : generatedStructs()) {
      all.add("size " + name);
      for (Method method : struct(name).getDeclaredMethods()) {
        if (method.getName().endsWith("$offset")) {
          all.add("offset " + name + " " + method.getName().replace("$offset", ""));
        }
      }
    }
    return all;
  }

  /** Request codes of ioctl are unsigned, so that they are generated as longs. */
  private static boolean isNumber(Class<?> type) {
    return type == int.class || type == long.class;
  }

  private static Set<String> generatedStructs() {
    Set<String> names = new TreeSet<>();
    for (String file : GENERATED.toFile().list()) {
      String name = file.replace(".java", "");
      if (!name.startsWith("Linux") && !ALIASES.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static Class<?> struct(String name) throws ClassNotFoundException {
    return Class.forName(Linux.class.getPackageName() + "." + name);
  }
}
