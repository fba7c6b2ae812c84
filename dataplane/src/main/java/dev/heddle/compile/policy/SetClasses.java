package dev.heddle.compile.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The classes that those IP sets make which a program uses in one dimension. They are fewer than
 * the network's: two of these that do not differ in sets used here are one.
 */
final class SetClasses {
  private final List<List<Integer>> classes = new ArrayList<>();
  private final int[] ofNetworkClass;

  /**
   * @param networkClasses by class of the network, the sets that contain its addresses; null where
   *     there is no such class
   */
  SetClasses(Stream<Integer> used, List<List<Integer>> networkClasses) {
    Set<Integer> mine = new HashSet<>();
    used.forEach(mine::add);
    Map<List<Integer>, Integer> numbers = new HashMap<>();
    numbers.put(List.of(), 0);
    classes.add(List.of());
    ofNetworkClass = new int[networkClasses.size()];
    for (int i = 0; i < ofNetworkClass.length; i++) {
      if (networkClasses.get(i) != null) {
        List<Integer> sets = networkClasses.get(i).stream().filter(mine::contains).toList();
        ofNetworkClass[i] = numbers.computeIfAbsent(sets, this::add);
      }
    }
  }

  private int add(List<Integer> sets) {
    classes.add(sets);
    return classes.size() - 1;
  }

  int count() {
    return classes.size();
  }

  /** The class of each class of the network. */
  int[] byKey() {
    return ofNetworkClass;
  }

  BitSet covered(int set) {
    BitSet covered = new BitSet();
    for (int i = 0; i < classes.size(); i++) {
      covered.set(i, classes.get(i).contains(set));
    }
    return covered;
  }
}
