package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.RouteKeys;
import dev.heddle.api.v1.Routes;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the routes of a draft into the compiler's update, and notes what is wrong with them.
 *
 * <p>There may be a million, so a route that is right makes no object here.
 */
final class RouteStage {
  private final DesiredState state;
  private final Draft draft;
  private final AddressOwners owners;
  private final TableCompiler compiler;
  private final NextHopReader nextHopReader;

  /** Whether routes are only checked, because the draft is wrong elsewhere. */
  private final boolean checkOnly;

  /** Routes that a replacement names, by network. */
  private final Map<String, RouteMarks> marks = new HashMap<>();

  private Network network;
  private Field at;

  /** Of the network that routes are put in; null where nothing is swept afterwards. */
  private RouteMarks itsMarks;

  /** Next hop of the routes that are put; 0 where they are only checked. */
  private int hop;

  private boolean viaIpv4;
  private boolean viaIpv6;

  RouteStage(DesiredState state, Draft draft, AddressOwners owners, TableCompiler compiler) {
    this.state = state;
    this.draft = draft;
    this.owners = owners;
    this.compiler = compiler;
    nextHopReader = new NextHopReader(draft);
    checkOnly = !draft.mistakes().isEmpty();
  }

  /** Takes in all operations on routes. */
  void run() {
    for (Draft.RouteOperation step : draft.routeOperations()) {
      Operation operation = step.operation();
      if (operation.hasUpsertRoutes()) {
        upsert(step.position(), operation.getUpsertRoutes());
      } else {
        delete(step.position(), operation.getDeleteRoutes());
      }
    }
    if (draft.replacement() && draft.mistakes().isEmpty()) {
      state.networks().values().forEach(this::sweep);
    }
    draft.changes().endRoutes();
  }

  private void sweep(Network before) {
    new RouteSweep(
            before.name(),
            address -> owners.ownerBefore(before, address) != null,
            marks.getOrDefault(before.name(), RouteMarks.NONE),
            compiler,
            draft.changes())
        .run();
  }

  private void upsert(int position, Routes routes) {
    String name = routes.getNetwork();
    if (!enter(position, "upsert_routes", name, draft.networks().after(name))) {
      return;
    }
    NextHopSet nextHops = nextHopReader.read(routes.getNextHopsList(), network, at);
    viaIpv4 = nextHops != null && hasGateway(nextHops, false);
    viaIpv6 = nextHops != null && hasGateway(nextHops, true);
    hop = checkOnly || nextHops == null ? 0 : compiler.hop(network.name(), nextHops);
    if (hop != 0) {
      draft.changes().beginUpserts(name, NextHopReader.toMessages(nextHops));
    }
    itsMarks = draft.replacement() ? marks.computeIfAbsent(name, any -> new RouteMarks()) : null;
    List<Prefix> prefixes = routes.getPrefixesList();
    for (int i = 0; i < prefixes.size(); i++) {
      route(prefixes.get(i), i, true);
    }
  }

  /** What is to be deleted must be there already, perhaps in a network that goes with it. */
  private void delete(int position, RouteKeys keys) {
    String name = keys.getNetwork();
    if (!enter(position, "delete_routes", name, draft.networks().before(name))) {
      return;
    }
    viaIpv4 = false;
    viaIpv6 = false;
    draft.changes().beginDeletes(name);
    List<Prefix> prefixes = keys.getPrefixesList();
    for (int i = 0; i < prefixes.size(); i++) {
      route(prefixes.get(i), i, false);
    }
  }

  private boolean enter(int position, String change, String networkName, Network itsNetwork) {
    at = new Field(draft.mistakes(), position, change, "routes of network", networkName);
    network = itsNetwork;
    if (network == null && !draft.networks().isUnclear(networkName)) {
      at.notFound("network", networkName, "no such network; create it first or with this");
    }
    return network != null;
  }

  private static boolean hasGateway(NextHopSet set, boolean ipv6) {
    return set.members().stream()
        .anyMatch(member ->
            member.hop() instanceof NextHop.ToGateway via && via.address().ipv6() == ipv6);
  }

  private void route(Prefix prefix, int index, boolean put) {
    ByteString bytes = prefix.getAddress();
    int length = prefix.getLength();
    if (bytes.size() == AddressReader.IPV4_BYTES) {
      int address = AddressReader.int32(bytes);
      if (length >= 0 && length <= 32 && (address & ~IpPrefix.mask4(length)) == 0) {
        route(prefix, index, put, false, 0, Integer.toUnsignedLong(address), length);
        return;
      }
    } else if (bytes.size() == AddressReader.IPV6_BYTES && length >= 0 && length <= 128) {
      long high = AddressReader.int64(bytes, 0);
      long low = AddressReader.int64(bytes, Long.BYTES);
      if ((high & ~IpPrefix.mask6High(length)) == 0 && (low & ~IpPrefix.mask6Low(length)) == 0) {
        route(prefix, index, put, true, high, low, length);
        return;
      }
    }
    AddressReader.prefix(prefix, at, "prefixes[" + index + "]");
  }

  private void route(
      Prefix message, int index, boolean put, boolean ipv6, long high, long low, int length) {
    if (ipv6 ? viaIpv4 : viaIpv6) {
      at.invalid(
          "prefixes[" + index + "]",
          Addresses.format(message),
          "of another family than its gateway; give a gateway of its own family");
    } else if (length == (ipv6 ? 128 : 32) && isOwned(put, ipv6, high, low)) {
      at.failedPrecondition(
          "prefixes[" + index + "]",
          Addresses.format(message),
          "belongs to "
              + owner(put, new IpAddress(ipv6, high, low))
              + ", which brings its own route; leave this one out");
    } else if (checkOnly) {
      return;
    } else if (put) {
      if (hop != 0) {
        if (itsMarks != null) {
          itsMarks.add(ipv6, high, low, length);
        }
        if (compiler.putRoute(network.name(), hop, ipv6, high, low, length)) {
          draft.changes().route(message);
        }
      }
    } else if (compiler.removeRoute(network.name(), ipv6, high, low, length)) {
      draft.changes().route(message);
    } else {
      at.notFound(
          "prefixes[" + index + "]", Addresses.format(message), "no such route; leave it out");
    }
  }

  private boolean isOwned(boolean put, boolean ipv6, long high, long low) {
    return owner(put, new IpAddress(ipv6, high, low)) != null;
  }

  private String owner(boolean put, IpAddress address) {
    return put ? owners.owner(network, address) : owners.ownerBefore(network, address);
  }
}
