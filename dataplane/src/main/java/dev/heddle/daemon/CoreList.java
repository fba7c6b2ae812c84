package dev.heddle.daemon;

import dev.heddle.ffi.linux.Cpu;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lists of cores such as {@code 1,4-6}. */
final class CoreList {
  private static final Pattern PART = Pattern.compile("([0-9]{1,4})(?:-([0-9]{1,4}))?");

  private CoreList() {}

  /**
   * Reads a list of cores that this process may use.
   *
   * @throws StartException if it is none
   */
  static List<Integer> parse(String list) {
    BitSet allowed = Cpu.affinity();
    List<Integer> cores = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        throw new StartException("--cores " + list + ": '" + part + "' is no core; write 1,4-6");
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      for (int core = first; core <= last; core++) {
        add(core, list, allowed, cores);
      }
    }
    if (cores.isEmpty()) {
      throw new StartException("--cores " + list + ": names no core; write 1,4-6");
    }
    return cores;
  }

  private static void add(int core, String list, BitSet allowed, List<Integer> cores) {
    if (!allowed.get(core)) {
      throw new StartException(
          "--cores "
              + list
              + ": core "
              + core
              + " is not available; this process may use "
              + allowed);
    }
    if (cores.contains(core)) {
      throw new StartException(
          "--cores " + list + ": core " + core + " is named twice; give each worker its own");
    }
    cores.add(core);
  }
}
