package dev.heddle.ffi.dpdk;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The shared libraries that the bindings were generated for, which need not be installed. */
final class DpdkLibraries {
  /** The version of the interface; all 22.11.x have it. */
  static final String RELEASE = "22.11";

  private static final String EAL = "librte_eal.so.23";

  /** Each with the Debian package that has it. */
  private static final Map<String, String> PACKAGES = packages();

  private DpdkLibraries() {}

  private static Map<String, String> packages() {
    Map<String, String> packages = new LinkedHashMap<>();
    packages.put(EAL, "librte-eal23");
    packages.put("librte_mempool.so.23", "librte-mempool23");
    packages.put("librte_mbuf.so.23", "librte-mbuf23");
    packages.put("librte_ethdev.so.23", "librte-ethdev23");
    return packages;
  }

  /** What is missing and how to get it; empty where all libraries can be loaded. */
  static Optional<String> missing() {
    for (Map.Entry<String, String> library : PACKAGES.entrySet()) {
      try {
        load(library.getKey());
      } catch (IllegalArgumentException _) {
        return Optional.of(
            "DPDK %s is not installed: %s cannot be loaded; install the Debian packages %s and "
                    .formatted(RELEASE, library.getKey(), String.join(" ", PACKAGES.values()))
                + "librte-mempool-ring23 and the driver's, such as librte-net-af-packet23");
      }
    }
    return Optional.empty();
  }

  static SymbolLookup eal() {
    return load(EAL);
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup load(String name) {
    return SymbolLookup.libraryLookup(name, Arena.global());
  }
}
