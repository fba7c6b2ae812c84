package dev.heddle.table.policy;

import static dev.heddle.table.policy.ProgramLayout.DESTINATION_NET;
import static dev.heddle.table.policy.ProgramLayout.DESTINATION_PORT;
import static dev.heddle.table.policy.ProgramLayout.DESTINATION_SERVICE;
import static dev.heddle.table.policy.ProgramLayout.DESTINATION_SET;
import static dev.heddle.table.policy.ProgramLayout.PAGE;
import static dev.heddle.table.policy.ProgramLayout.PROTOCOL;
import static dev.heddle.table.policy.ProgramLayout.SOURCE_NET;
import static dev.heddle.table.policy.ProgramLayout.SOURCE_PORT;
import static dev.heddle.table.policy.ProgramLayout.SOURCE_SET;
import static dev.heddle.table.policy.ProgramLayout.TABLES;
import static dev.heddle.table.policy.ProgramLayout.USED;

import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;

/** Finds a packet's class in each dimension that a program uses; the others cost nothing. */
final class PacketClasses {
  private static final int NETS = 1 << SOURCE_NET | 1 << DESTINATION_NET;
  private static final int DESTINATION_SETS = 1 << DESTINATION_SET | 1 << DESTINATION_SERVICE;
  private static final int SETS = 1 << SOURCE_SET | DESTINATION_SETS;
  private static final int PORTS = 1 << SOURCE_PORT | 1 << DESTINATION_PORT;

  private PacketClasses() {}

  static void find(
      PolicyTables tables, PolicyProgram program, FlowKeys keys, int i, int[] classes) {
    int[] code = program.code();
    int used = code[USED];
    if ((used & NETS) != 0) {
      findNets(program, used, keys, i, classes);
    }
    if ((used & SETS) != 0) {
      findSets(tables, program, keys, i, classes);
    }
    if ((used & 1 << PROTOCOL) != 0) {
      int key = keys.protocol[i] | (keys.ipv6[i] ? PAGE : 0);
      classes[PROTOCOL] = classOf(code, code[TABLES + PROTOCOL], key);
    }
    if ((used & PORTS) != 0) {
      findPorts(code, used, keys, i, classes);
    }
  }

  private static void findNets(
      PolicyProgram program, int used, FlowKeys keys, int i, int[] classes) {
    boolean ipv6 = keys.ipv6[i];
    if ((used & 1 << SOURCE_NET) != 0) {
      long root = ipv6 ? program.sourceNets6() : program.sourceNets4();
      classes[SOURCE_NET] = lookUp(root, ipv6, keys.sourceHigh[i], keys.sourceLow[i]);
    }
    if ((used & 1 << DESTINATION_NET) != 0) {
      long root = ipv6 ? program.destinationNets6() : program.destinationNets4();
      classes[DESTINATION_NET] =
          lookUp(root, ipv6, keys.destinationHigh[i], keys.destinationLow[i]);
    }
  }

  private static void findSets(
      PolicyTables tables, PolicyProgram program, FlowKeys keys, int i, int[] classes) {
    boolean ipv6 = keys.ipv6[i];
    int[] code = program.code();
    long root = tables.setRoot(program.vrf(), ipv6);
    if ((code[USED] & 1 << SOURCE_SET) != 0) {
      int all = lookUp(root, ipv6, keys.sourceHigh[i], keys.sourceLow[i]);
      classes[SOURCE_SET] = classOf(code, code[TABLES + SOURCE_SET], all);
    }
    if ((code[USED] & DESTINATION_SETS) != 0) {
      int all = lookUp(root, ipv6, keys.destinationHigh[i], keys.destinationLow[i]);
      if ((code[USED] & 1 << DESTINATION_SET) != 0) {
        classes[DESTINATION_SET] = classOf(code, code[TABLES + DESTINATION_SET], all);
      }
      if ((code[USED] & 1 << DESTINATION_SERVICE) != 0) {
        classes[DESTINATION_SERVICE] = classOf(code, code[TABLES + DESTINATION_SERVICE], all);
      }
    }
  }

  private static void findPorts(int[] code, int used, FlowKeys keys, int i, int[] classes) {
    if ((used & 1 << SOURCE_PORT) != 0) {
      classes[SOURCE_PORT] = classOf(code, code[TABLES + SOURCE_PORT], keys.sourcePort[i]);
    }
    if ((used & 1 << DESTINATION_PORT) != 0) {
      classes[DESTINATION_PORT] =
          classOf(code, code[TABLES + DESTINATION_PORT], keys.destinationPort[i]);
    }
  }

  private static int lookUp(long root, boolean ipv6, long high, long low) {
    return ipv6 ? Lpm6.lookup(root, high, low) : Lpm4.lookup(root, (int) low);
  }

  private static int classOf(int[] code, int table, int key) {
    if (table < 0) {
      return countStarts(code, ~table, key);
    }
    int entry = code[table + (key >>> 8)];
    return entry < 0 ? ~entry : code[entry + (key & PAGE - 1)];
  }

  /**
   * Few enough that it takes no branch that could be foretold wrongly, nor a further cache line.
   */
  private static int countStarts(int[] code, int list, int key) {
    int end = list + 1 + code[list];
    int found = 0;
    for (int at = list + 1; at < end; at++) {
      found += key >= code[at] ? 1 : 0;
    }
    return found;
  }
}
