package dev.heddle.compile.policy;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The IP sets of one network: a single table from addresses to classes, where a class is which sets
 * contain the address. However many programs use a set, its members are there once.
 *
 * <p>A member that is a net also counts for members within it, so these have its sets in their
 * classes.
 */
final class IpSets {
  /** Classes have 16 bits in programs. */
  static final int MAX_CLASSES = 1 << 16;

  private static final int CHUNK = 256;

  final RouteTable table4;
  final RouteTable table6;

  /** By class, its sets, ascending; null where there is no such class. Class 0 has none. */
  final List<List<Integer>> classes = new ArrayList<>(List.of(List.of()));

  /** Sets whose members changed in this update. */
  final Set<Integer> changedSets = new HashSet<>();

  /** Sets of classes that this update is the first to have under their number. */
  final Set<Integer> reclassedSets = new HashSet<>();

  private final Consumer<Runnable> onUndo;
  private final Map<IpPrefix, List<Integer>> members = new HashMap<>();
  private final Map<List<Integer>, Integer> numbers = new HashMap<>();
  private final Map<Integer, Integer> uses = new HashMap<>();

  /** Members of each set that has any. */
  private final Map<Integer, Integer> sizes = new HashMap<>();

  /** Of sets of services, a set of addresses for each protocol and port, of a number below 0. */
  private final Map<Integer, Map<ServicePort, Integer>> services = new HashMap<>();

  private final Map<Integer, Integer> owners = new HashMap<>();
  private int lastAddresses;
  private final TreeSet<Integer> free = new TreeSet<>();
  private final int[] lengths4 = new int[33];
  private final int[] lengths6 = new int[129];

  /**
   * @param onUndo is told how to take each change back; what was told last comes first
   */
  IpSets(RouteStore store, Consumer<Runnable> onUndo) {
    table4 = store.create4();
    table6 = store.create6();
    this.onUndo = onUndo;
  }

  /** Adds an address with a protocol and port to a set of such. */
  void addService(int set, IpAddress address, ServicePort port) {
    Map<ServicePort, Integer> ports = services.computeIfAbsent(set, s -> new HashMap<>());
    if (!ports.containsKey(port)) {
      int addresses = --lastAddresses;
      ports.put(port, addresses);
      owners.put(addresses, set);
      reclassedSets.add(set);
      onUndo.accept(() -> forget(set, port, addresses));
    }
    add(ports.get(port), IpPrefix.containing(address, address.bits()));
  }

  /** Removes such a member. */
  void removeService(int set, IpAddress address, ServicePort port) {
    Map<ServicePort, Integer> ports = services.getOrDefault(set, Map.of());
    if (!ports.containsKey(port)) {
      return;
    }
    int addresses = ports.get(port);
    remove(addresses, IpPrefix.containing(address, address.bits()));
    if (!sizes.containsKey(addresses)) {
      reclassedSets.add(set);
      forget(set, port, addresses);
      onUndo.accept(() -> {
        services.computeIfAbsent(set, s -> new HashMap<>()).put(port, addresses);
        owners.put(addresses, set);
      });
    }
  }

  private void forget(int set, ServicePort port, int addresses) {
    owners.remove(addresses);
    services.get(set).remove(port);
    if (services.get(set).isEmpty()) {
      services.remove(set);
    }
  }

  /** By protocol and port, the number of the set of addresses that serve it. */
  Map<ServicePort, Integer> servicesOf(int set) {
    return services.getOrDefault(set, Map.of());
  }

  private int owner(int set) {
    return owners.getOrDefault(set, set);
  }

  void add(int set, IpPrefix member) {
    TreeSet<Integer> sets = new TreeSet<>(members.getOrDefault(member, List.of()));
    if (sets.add(set)) {
      change(set, 1, member, List.copyOf(sets));
    }
  }

  void remove(int set, IpPrefix member) {
    TreeSet<Integer> sets = new TreeSet<>(members.getOrDefault(member, List.of()));
    if (sets.remove(set)) {
      change(set, -1, member, List.copyOf(sets));
    }
  }

  private void change(int set, int delta, IpPrefix member, List<Integer> sets) {
    List<Integer> before = members.getOrDefault(member, List.of());
    setMember(member, sets);
    resize(set, delta);
    onUndo.accept(() -> {
      setMember(member, before);
      resize(set, -delta);
    });
    changedSets.add(owner(set));
    reclass(member);
    within(member).forEach(this::reclass);
  }

  private void resize(int set, int delta) {
    if (sizes.merge(set, delta, Integer::sum) == 0) {
      sizes.remove(set);
    }
  }

  private void setMember(IpPrefix member, List<Integer> sets) {
    int[] lengths = member.ipv6() ? lengths6 : lengths4;
    lengths[member.length()] -= members.containsKey(member) ? 1 : 0;
    if (sets.isEmpty()) {
      members.remove(member);
    } else {
      members.put(member, sets);
      lengths[member.length()]++;
    }
  }

  /** Members within another. */
  private List<IpPrefix> within(IpPrefix net) {
    int[] lengths = net.ipv6() ? lengths6 : lengths4;
    List<IpPrefix> within = new ArrayList<>();
    for (int length = net.length() + 1; length < lengths.length; length++) {
      if (lengths[length] > 0) {
        collect(net, within);
        return within;
      }
    }
    return within;
  }

  private void collect(IpPrefix net, List<IpPrefix> within) {
    RouteTable table = net.ipv6() ? table6 : table4;
    IpPrefix from = net;
    while (from != null) {
      List<IpPrefix> chunk = new ArrayList<>();
      table.forEachFrom(
          tableHigh(from),
          from.ipv6() ? from.address().low() : 0,
          from.length(),
          CHUNK,
          (high, low, length, value) -> chunk.add(prefix(net.ipv6(), high, low, length)));
      chunk.stream()
          .filter(member -> member.length() > net.length() && net.contains(member.address()))
          .filter(member -> within.isEmpty() || !member.equals(within.getLast()))
          .forEach(within::add);
      boolean more = chunk.size() == CHUNK && net.contains(chunk.getLast().address());
      from = more ? chunk.getLast() : null;
    }
  }

  private static IpPrefix prefix(boolean ipv6, long high, long low, int length) {
    return new IpPrefix(ipv6 ? IpAddress.v6(high, low) : IpAddress.v4((int) (high >>> 32)), length);
  }

  private static long tableHigh(IpPrefix net) {
    return net.ipv6() ? net.address().high() : RouteTable.high4(net.address().asInt());
  }

  /** Gives a prefix the class that its sets and those of the nets around it make. */
  private void reclass(IpPrefix member) {
    int before;
    if (members.containsKey(member)) {
      int number = take(setsOf(member));
      before = NetClasses.put(table4, table6, member, number);
    } else {
      RouteTable table = member.ipv6() ? table6 : table4;
      long low = member.ipv6() ? member.address().low() : 0;
      before = table.remove(tableHigh(member), low, member.length());
    }
    if (before != RouteTable.ABSENT) {
      giveBack(before);
    }
  }

  private List<Integer> setsOf(IpPrefix member) {
    int[] lengths = member.ipv6() ? lengths6 : lengths4;
    TreeSet<Integer> sets = new TreeSet<>();
    for (int length = 0; length <= member.length(); length++) {
      if (lengths[length] > 0) {
        IpPrefix around = IpPrefix.containing(member.address(), length);
        sets.addAll(members.getOrDefault(around, List.of()));
      }
    }
    return List.copyOf(sets);
  }

  private int take(List<Integer> sets) {
    Integer known = numbers.get(sets);
    int number = known != null ? known : create(sets);
    uses.merge(number, 1, Integer::sum);
    onUndo.accept(() -> release(number));
    return number;
  }

  private int create(List<Integer> sets) {
    int number = free.isEmpty() ? classes.size() : free.pollFirst();
    if (number >= MAX_CLASSES) {
      throw new PolicyTooLargeException(
          "IP sets: there are more than "
              + (MAX_CLASSES - 1)
              + " combinations of sets that addresses of one network are in; let fewer overlap");
    }
    if (number == classes.size()) {
      classes.add(null);
    }
    classes.set(number, sets);
    numbers.put(sets, number);
    sets.forEach(set -> reclassedSets.add(owner(set)));
    return number;
  }

  private void giveBack(int number) {
    List<Integer> sets = classes.get(number);
    release(number);
    onUndo.accept(() -> {
      if (classes.get(number) == null) {
        free.remove(number);
        classes.set(number, sets);
        numbers.put(sets, number);
      }
      uses.merge(number, 1, Integer::sum);
    });
  }

  private void release(int number) {
    if (uses.merge(number, -1, Integer::sum) == 0) {
      uses.remove(number);
      List<Integer> sets = classes.set(number, null);
      numbers.remove(sets);
      // Whoever knows the number must forget what it meant before it means something else.
      sets.forEach(set -> reclassedSets.add(owner(set)));
      free.add(number);
    }
  }

  void endUpdate() {
    changedSets.clear();
    reclassedSets.clear();
  }
}
