package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import java.util.function.Predicate;

/** Finds routes to name as examples. */
final class FirstRoute {
  private FirstRoute() {}

  /** Text of the first route of a network; null if it has none. */
  static String of(String network, TableCompiler compiler) {
    return find(network, compiler, _ -> true);
  }

  /** Text of the first route of a network with this among its next hops; null if there is none. */
  static String to(NextHop nextHop, String network, TableCompiler compiler) {
    return find(
        network,
        compiler,
        set -> set.members().stream().anyMatch(member -> member.hop().equals(nextHop)));
  }

  private static String find(
      String network, TableCompiler compiler, Predicate<NextHopSet> matches) {
    String[] found = {null};
    for (IpPrefix first : new IpPrefix[] {RouteSnapshot.FIRST4, RouteSnapshot.FIRST6}) {
      compiler
          .routes()
          .forEach(
              network,
              first,
              Integer.MAX_VALUE,
              (prefix, nextHops, _) -> {
                if (found[0] == null && nextHops != null && matches.test(nextHops)) {
                  found[0] = AddressReader.text(prefix);
                }
              });
    }
    return found[0];
  }
}
