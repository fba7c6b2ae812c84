package dev.heddle.compile.policy;

import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import dev.heddle.table.policy.PolicyProgram;
import java.util.List;

/**
 * A compiled program: its words, and the tables of the nets that its rules name.
 *
 * @param code as {@link dev.heddle.table.policy.ProgramLayout} has it
 */
record BuiltProgram(
    int[] code,
    RouteTable source4,
    RouteTable source6,
    RouteTable destination4,
    RouteTable destination6) {
  /** The program, once the store has derived the tries of its nets. */
  PolicyProgram program(int vrf, int generation) {
    return new PolicyProgram(
        code,
        vrf,
        source4.root(),
        source6.root(),
        destination4.root(),
        destination6.root(),
        generation);
  }

  /** Gives up the tables of its nets with the store's transaction. */
  void drop(RouteStore store) {
    List.of(source4, source6, destination4, destination6).forEach(store::drop);
  }
}
