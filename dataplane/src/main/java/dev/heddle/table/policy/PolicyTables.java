package dev.heddle.table.policy;

import dev.heddle.table.Lpm4;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * All policy programs and IP sets of a revision. Immutable; any thread may ask, each with {@link
 * PolicyHits} of its own. Nothing is allocated then.
 *
 * @param programs by program; program 0 is no policy and null
 * @param setRoots4 by VRF index, the root handle from which {@code Lpm4} finds the class of an
 *     address: which sets contain it
 * @param setRoots6 the same for IPv6
 * @param uses who uses the programs
 */
public record PolicyTables(
    PolicyProgram[] programs, long[] setRoots4, long[] setRoots6, PolicyUses uses) {
  /** The program of an endpoint without policy, which is never asked. */
  public static final int NO_PROGRAM = 0;

  /** Nobody has a policy. */
  public static final PolicyTables NONE =
      new PolicyTables(new PolicyProgram[1], new long[0], new long[0], PolicyUses.NONE);

  /**
   * Decides about a packet.
   *
   * @param program other than {@link #NO_PROGRAM}
   * @param hits is told the Log rules on the way
   * @return for {@link #allows} and {@link #rule}
   */
  public int verdict(int program, FlowKeys keys, int i, PolicyHits hits) {
    PolicyProgram compiled = programs[program];
    PacketClasses.find(this, compiled, keys, i, hits.classes);
    return RuleSearch.verdict(compiled.code(), hits);
  }

  /** Whether a verdict lets the packet through. */
  public static boolean allows(int verdict) {
    return (verdict & ProgramLayout.ALLOW) != 0;
  }

  /** The rule that decided, an index in the program; default actions have one, too. */
  public static int rule(int verdict) {
    return verdict >>> 1;
  }

  /** Changes with what the program decides; 0 for {@link #NO_PROGRAM}. */
  public int generation(int program) {
    return program == NO_PROGRAM ? 0 : programs[program].generation();
  }

  /** The same programs with other users. */
  public PolicyTables usedBy(PolicyUses users) {
    return new PolicyTables(programs, setRoots4, setRoots6, users);
  }

  /** Whether any endpoint of a network has a program. */
  public boolean isPoliced(int vrf) {
    boolean[] policed = uses.policed();
    return vrf < policed.length && policed[vrf];
  }

  /** By rule, how often it decided about what an endpoint sends; the endpoint has a program. */
  public AtomicLongArray egressHits(int interfaceIndex) {
    return uses.egressHits()[interfaceIndex];
  }

  /** By rule, how often it decided about what an endpoint receives; the endpoint has a program. */
  public AtomicLongArray ingressHits(int interfaceIndex) {
    return uses.ingressHits()[interfaceIndex];
  }

  long setRoot(int vrf, boolean ipv6) {
    long[] roots = ipv6 ? setRoots6 : setRoots4;
    return vrf < roots.length ? roots[vrf] : Lpm4.EMPTY_ROOT;
  }
}
