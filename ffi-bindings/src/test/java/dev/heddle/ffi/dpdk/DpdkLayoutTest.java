package dev.heddle.ffi.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.CompilerFacts;
import dev.heddle.ffi.dpdk.generated.Dpdk;
import dev.heddle.ffi.dpdk.generated.eth_rx_burst_t;
import dev.heddle.ffi.dpdk.generated.eth_tx_burst_t;
import dev.heddle.ffi.dpdk.generated.rte_eth_conf;
import dev.heddle.ffi.dpdk.generated.rte_mempool_dequeue_t;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the bindings of DPDK with what the C compiler makes of the installed headers. */
class DpdkLayoutTest {
  private static final Path GENERATED =
      Path.of("src/generated/java/dev/heddle/ffi/dpdk/generated").toAbsolutePath();

  private static final Map<String, FunctionDescriptor> CALLBACKS =
      Map.of(
          "eth_rx_burst_t", eth_rx_burst_t.descriptor(),
          "eth_tx_burst_t", eth_tx_burst_t.descriptor(),
          "rte_mempool_dequeue_t", rte_mempool_dequeue_t.descriptor());

  private static List<String[]> facts;

  @BeforeAll
  static void askTheCompiler(@TempDir Path directory) throws Exception {
    facts =
        CompilerFacts.of(
            "dev/heddle/ffi/dpdk/layouts.c",
            directory,
            "-I/usr/include/dpdk",
            "-I/usr/include/x86_64-linux-gnu/dpdk",
            "-march=corei7");
  }

  @Test
  void shouldAgreeWithTheInstalledHeaders() throws Exception {
    Map<String, String> generated = generated();
    for (String[] fact : facts) {
      String name = nameOf(fact);
      assertThat(generated.get(name)).as(name).isEqualTo(fact[fact.length - 1]);
    }
  }

  @Test
  void shouldCompareEverythingThatWasGenerated() throws Exception {
    Set<String> compared = facts.stream().map(DpdkLayoutTest::nameOf).collect(Collectors.toSet());
    assertThat(compared).isEqualTo(generated().keySet());
  }

  @Test
  void shouldKnowTheConstantsThatAreWrittenDown() {
    assertThat(Mempool.HEADROOM_BYTES).isEqualTo(Dpdk.RTE_PKTMBUF_HEADROOM());
    assertThat(Mempool.CACHED_BUFFERS).isEqualTo(Dpdk.RTE_MEMPOOL_CACHE_MAX_SIZE());
    assertThat(MbufRelease.DESCRIPTOR.toMethodType())
        .isEqualTo(Dpdk.rte_pktmbuf_free_bulk$descriptor().toMethodType());
  }

  private static String nameOf(String[] fact) {
    return String.join(" ", List.of(fact).subList(0, fact.length - 1));
  }

  private static Map<String, String> generated() throws Exception {
    Map<String, String> all = new TreeMap<>();
    for (Method method : Dpdk.class.getDeclaredMethods()) {
      addConstantOrFunction(method, all);
    }
    CALLBACKS.forEach((name, descriptor) -> addSignature(name, descriptor, all));
    for (String name : structs()) {
      addStruct(name, all);
    }
    all.put("nested rte_eth_conf rx_adv_conf rss_conf", rssOffset());
    all.put("link_status " + EthPort.LINK_FLAGS_OFFSET, String.valueOf(EthPort.LINK_UP_BIT));
    return all;
  }

  private static String rssOffset() {
    return String.valueOf(rte_eth_conf.rx_adv_conf.rss_conf$offset());
  }

  private static void addConstantOrFunction(Method method, Map<String, String> all)
      throws Exception {
    String name = method.getName();
    if (name.startsWith("RTE_")) {
      Object value = method.invoke(null);
      // What an unsigned constant of 32 bits is in C, is not negative there.
      boolean isWord = value instanceof Integer;
      all.put("constant " + name, isWord ? Integer.toUnsignedString((int) value) : "" + value);
    } else if (name.endsWith("$descriptor")) {
      addSignature(name.replace("$descriptor", ""), (FunctionDescriptor) method.invoke(null), all);
    } else if (name.startsWith("rte_")
        && method.getParameterCount() == 0
        && method.getReturnType() == MemorySegment.class
        && isVariable(name)) {
      MemorySegment variable = (MemorySegment) method.invoke(null);
      all.put("variable " + name, String.valueOf(variable.byteSize()));
    }
  }

  private static boolean isVariable(String name) {
    for (Method method : Dpdk.class.getDeclaredMethods()) {
      if (method.getName().equals(name + "$layout")) {
        return true;
      }
    }
    return false;
  }

  private static void addSignature(
      String name, FunctionDescriptor descriptor, Map<String, String> all) {
    String arguments =
        descriptor.argumentLayouts().stream()
            .map(DpdkLayoutTest::kind)
            .collect(Collectors.joining());
    String result = descriptor.returnLayout().map(DpdkLayoutTest::kind).orElse("v");
    all.put("signature " + name + " " + (arguments.isEmpty() ? "-" : arguments), result);
  }

  private static String kind(MemoryLayout layout) {
    return switch (layout) {
      case ValueLayout.OfByte _ -> "b";
      case ValueLayout.OfShort _ -> "h";
      case ValueLayout.OfInt _ -> "i";
      case ValueLayout.OfLong _ -> "l";
      case java.lang.foreign.AddressLayout _ -> "p";
      default -> throw new IllegalArgumentException(layout.toString());
    };
  }

  private static Set<String> structs() {
    Set<String> names = new TreeSet<>();
    for (String file : GENERATED.toFile().list()) {
      String name = file.replace(".java", "");
      if (!name.startsWith("Dpdk") && !CALLBACKS.containsKey(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static void addStruct(String name, Map<String, String> all) throws Exception {
    Class<?> struct = Class.forName(Dpdk.class.getPackageName() + "." + name);
    all.put("size " + name, String.valueOf(struct.getMethod("sizeof").invoke(null)));
    for (Method method : struct.getDeclaredMethods()) {
      if (method.getName().endsWith("$offset")) {
        String field = method.getName().replace("$offset", "");
        all.put("offset " + name + " " + field, String.valueOf(method.invoke(null)));
      }
    }
  }
}
