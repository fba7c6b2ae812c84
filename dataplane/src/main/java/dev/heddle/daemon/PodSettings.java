package dev.heddle.daemon;

import dev.heddle.control.PortException;
import dev.heddle.ffi.linux.Link;
import dev.heddle.ffi.linux.LinkAddress;
import dev.heddle.ffi.linux.LinkRoute;
import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.Rtnetlink;
import dev.heddle.model.IpAddress;
import dev.heddle.model.KernelDevice;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes a pod's kernel interface what it shall be, whatever it is now. Addresses and routes that
 * are marked as ours and are not wanted any more go; those that others made stay.
 */
final class PodSettings {
  /**
   * What our addresses and routes are marked with, as those of other routing daemons are with
   * theirs (see /etc/iproute2/rt_protos): 'H'.
   */
  private static final int PROTOCOL = 'H';

  private final Rtnetlink netlink;
  private final int linkIndex;
  private final KernelDevice wanted;

  private PodSettings(Rtnetlink netlink, int linkIndex, KernelDevice wanted) {
    this.netlink = netlink;
    this.linkIndex = linkIndex;
    this.wanted = wanted;
  }

  /**
   * Applies the settings to the device of their name.
   *
   * @throws PortException where the kernel refuses some; those before them are applied
   */
  static void apply(Rtnetlink netlink, KernelDevice wanted) {
    Link link = netlink.link(wanted.attachment().name()).orElseThrow();
    PodSettings settings = new PodSettings(netlink, link.index(), wanted);
    if (link.mac() != wanted.mac()) {
      attempt("mac", macText(wanted.mac()), () -> netlink.setMac(link.index(), wanted.mac()));
    }
    if (link.mtuBytes() != wanted.mtuBytes()) {
      String mtu = Integer.toString(wanted.mtuBytes());
      attempt("mtu", mtu, () -> netlink.setMtu(link.index(), wanted.mtuBytes()));
    }
    if (!link.isUp()) {
      attempt("kernel.name", wanted.attachment().name(), () -> netlink.setUp(link.index()));
    }
    settings.setAddresses();
    settings.setRoutes();
  }

  /**
   * An IPv6 address has one prefix length, so the old goes first. An interface that loses its last
   * IPv4 address loses all IPv4 routes, so the new come first; and the first of several takes the
   * others with it, unless the pod's kernel is told otherwise, so what is missing then comes again.
   */
  private void setAddresses() {
    List<LinkAddress> before = netlink.addresses(linkIndex);
    before.stream().filter(each -> isStale(each, true)).forEach(this::delete);
    addMissing(netlink.addresses(linkIndex));
    if (before.stream().anyMatch(each -> isStale(each, false))) {
      before.stream().filter(each -> isStale(each, false)).forEach(this::delete);
      addMissing(netlink.addresses(linkIndex));
    }
  }

  private boolean isStale(LinkAddress address, boolean ipv6) {
    return address.protocol() == PROTOCOL
        && address.ipv6() == ipv6
        && wanted.addresses().stream().noneMatch(each -> address(each).equals(address));
  }

  private void delete(LinkAddress address) {
    if (netlink.addresses(linkIndex).contains(address)) {
      attempt("addresses", address.toString(), () -> netlink.deleteAddress(linkIndex, address));
    }
  }

  private void addMissing(List<LinkAddress> present) {
    for (int i = 0; i < wanted.addresses().size(); i++) {
      LinkAddress address = address(wanted.addresses().get(i));
      if (present.stream().noneMatch(each -> each.isSameAs(address))) {
        attempt(
            "addresses[" + i + "]",
            address.toString(),
            () -> netlink.addAddress(linkIndex, address));
      }
    }
  }

  private void setRoutes() {
    List<LinkRoute> present = netlink.routes(linkIndex, PROTOCOL);
    List<LinkRoute> routes = wanted.routes().stream().map(PodSettings::route).toList();
    for (LinkRoute route : present) {
      if (!routes.contains(route)) {
        attempt("kernel.routes", route.toString(), () -> netlink.deleteRoute(linkIndex, route));
      }
    }
    for (int i = 0; i < routes.size(); i++) {
      LinkRoute route = routes.get(i);
      if (!present.contains(route)) {
        attempt(
            "kernel.routes[" + i + "]", route.toString(), () -> netlink.addRoute(linkIndex, route));
      }
    }
  }

  private static String macText(long mac) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(mac).array();
    return HexFormat.ofDelimiter(":").formatHex(bytes, 0, 6);
  }

  private static void attempt(String field, String value, Runnable step) {
    try {
      step.run();
    } catch (LinuxException e) {
      String remedy =
          e.isTaken()
              ? "the pod's network namespace has one to the same already; delete that or leave this"
                  + " out"
              : "the pod's kernel refuses it: " + e.getMessage();
      throw new PortException(field, value, remedy, e);
    }
  }

  private static LinkAddress address(KernelDevice.Address address) {
    return new LinkAddress(inetAddress(address.address()), address.prefixLength(), PROTOCOL);
  }

  private static LinkRoute route(KernelDevice.Route route) {
    return new LinkRoute(
        inetAddress(route.destination().address()),
        route.destination().length(),
        inetAddress(route.gateway()),
        PROTOCOL);
  }

  private static InetAddress inetAddress(IpAddress address) {
    byte[] bytes =
        address.ipv6()
            ? ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).array()
            : ByteBuffer.allocate(4).putInt(address.asInt()).array();
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
