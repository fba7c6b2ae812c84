package dev.heddle.control;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.SetService;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.IpSet;
import dev.heddle.model.IpSet.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** IP sets between messages and the model. What can be checked of one alone is checked here. */
final class IpSetReader {
  private static final int MAX_PROTOCOL = 255;
  private static final int MAX_PORT = 65_535;

  private IpSetReader() {}

  /** Reads a set; null, with the mistakes noted, if it is not valid. */
  static IpSet read(dev.heddle.api.v1.IpSet message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    Names.check(message.getName(), at);
    boolean ofServices = false;
    switch (message.getType()) {
      case TYPE_NETS -> {}
      case TYPE_SERVICES -> ofServices = true;
      case UNRECOGNIZED ->
          at.invalid("type", message.getTypeValue(), "not a type; give TYPE_NETS or TYPE_SERVICES");
    }
    checkKind(ofServices, message.getNetsCount(), message.getServicesCount(), "", at);
    Set<IpPrefix> nets = new HashSet<>(nets(message.getNetsList(), "nets", at));
    Set<Service> services = new HashSet<>(services(message.getServicesList(), "services", at));
    checkSize(nets.size() + services.size(), at);
    return mistakes.count() > before
        ? null
        : new IpSet(message.getNetwork(), message.getName(), ofServices, nets, services);
  }

  /** The set after a change; null, with the mistakes noted, if that is not valid. */
  static IpSet read(IpSetChange message, IpSet set, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    int nets = message.getAddedNetsCount() + message.getRemovedNetsCount();
    int services = message.getAddedServicesCount() + message.getRemovedServicesCount();
    checkKind(set.ofServices(), nets, services, "added_", at);
    Set<IpPrefix> netsAfter = new HashSet<>(set.nets());
    nets(message.getRemovedNetsList(), "removed_nets", at).forEach(netsAfter::remove);
    netsAfter.addAll(nets(message.getAddedNetsList(), "added_nets", at));
    Set<Service> servicesAfter = new HashSet<>(set.services());
    services(message.getRemovedServicesList(), "removed_services", at)
        .forEach(servicesAfter::remove);
    servicesAfter.addAll(services(message.getAddedServicesList(), "added_services", at));
    checkSize(netsAfter.size() + servicesAfter.size(), at);
    return mistakes.count() > before
        ? null
        : new IpSet(set.network(), set.name(), set.ofServices(), netsAfter, servicesAfter);
  }

  private static void checkKind(
      boolean ofServices, int nets, int services, String prefix, Field at) {
    if ((ofServices ? nets : services) > 0) {
      at.invalid(
          prefix + (ofServices ? "nets" : "services"),
          (ofServices ? nets : services) + " of them",
          "the set is one of "
              + (ofServices ? "services" : "nets")
              + "; give members of that kind");
    }
  }

  private static void checkSize(int members, Field at) {
    if (members > IpSet.MAX_MEMBERS) {
      at.exhausted(
          "name",
          members + " members",
          "a set has at most "
              + IpSet.MAX_MEMBERS
              + "; use several, which rules may name together");
    }
  }

  private static List<IpPrefix> nets(List<Prefix> messages, String field, Field at) {
    List<IpPrefix> nets = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      IpPrefix net = AddressReader.prefix(messages.get(i), at, field + "[" + i + "]");
      if (net != null) {
        nets.add(net);
      }
    }
    return nets;
  }

  private static List<Service> services(List<SetService> messages, String field, Field at) {
    List<Service> services = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      SetService message = messages.get(i);
      String path = field + "[" + i + "]";
      IpAddress address = AddressReader.address(message.getAddress(), at, path + ".address");
      boolean right =
          Integer.compareUnsigned(message.getProtocol(), MAX_PROTOCOL) <= 0
              && Integer.compareUnsigned(message.getPort(), MAX_PORT) <= 0;
      if (!right) {
        at.invalid(
            path,
            Addresses.format(message.getAddress())
                + " "
                + Integer.toUnsignedString(message.getProtocol())
                + ":"
                + Integer.toUnsignedString(message.getPort()),
            "protocol is 0 to 255, port 0 to 65535");
      } else if (address != null) {
        services.add(new Service(address, message.getProtocol(), message.getPort()));
      }
    }
    return services;
  }

  static dev.heddle.api.v1.IpSet toMessage(IpSet set) {
    dev.heddle.api.v1.IpSet.Builder message =
        dev.heddle.api.v1.IpSet.newBuilder()
            .setNetwork(set.network())
            .setName(set.name())
            .setType(
                set.ofServices()
                    ? dev.heddle.api.v1.IpSet.Type.TYPE_SERVICES
                    : dev.heddle.api.v1.IpSet.Type.TYPE_NETS);
    set.nets().stream()
        .sorted(Comparator.comparing(IpPrefix::address).thenComparing(IpPrefix::length))
        .forEach(net -> message.addNets(AddressReader.toMessage(net)));
    set.services().stream()
        .sorted(
            Comparator.comparing(Service::address)
                .thenComparing(Service::protocol)
                .thenComparing(Service::port))
        .forEach(service ->
            message.addServices(
                SetService.newBuilder()
                    .setAddress(AddressReader.toBytes(service.address()))
                    .setProtocol(service.protocol())
                    .setPort(service.port())));
    return message.build();
  }
}
