package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.ifaddrmsg;
import dev.heddle.ffi.linux.generated.ifinfomsg;
import dev.heddle.ffi.linux.generated.rtmsg;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The interfaces, addresses and routes of a network namespace, see rtnetlink(7): that of the thread
 * which opens this, see {@link NetworkNamespace}. Changes need CAP_NET_ADMIN there. Use it from one
 * thread at a time.
 *
 * <p>Every method throws {@link LinuxException} where the kernel refuses, with the kernel's own
 * words where it has any.
 */
public final class Rtnetlink implements AutoCloseable {
  static final int IPV6_BYTES = 16;
  private static final int MAC_BYTES = 6;

  private final NetlinkSocket socket;

  private Rtnetlink(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static Rtnetlink open() {
    return new Rtnetlink(NetlinkSocket.open());
  }

  /** The interface of this name; empty if there is none. */
  public Optional<Link> link(String name) {
    try {
      return socket
          .list(
              "look for interface " + name,
              arena ->
                  new NetlinkMessage(arena, Linux.RTM_GETLINK(), Linux.NLM_F_ACK())
                      .link(0, 0, 0)
                      .attribute(Linux.IFLA_IFNAME(), name),
              Rtnetlink::link)
          .stream()
          .findFirst();
    } catch (LinuxException e) {
      if (e.errno() == Linux.ENODEV()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Link link(NetlinkReply reply) {
    MemorySegment body = reply.body();
    long attributes = ifinfomsg.sizeof();
    String kind =
        reply
            .attribute(attributes, Linux.IFLA_LINKINFO())
            .flatMap(info -> NetlinkReply.attribute(info, 0, Linux.IFLA_INFO_KIND()))
            .map(text -> text.getString(0))
            .orElse("");
    return new Link(
        ifinfomsg.ifi_index(body),
        kind,
        reply.attribute(attributes, Linux.IFLA_IFALIAS()).map(text -> text.getString(0)).orElse(""),
        reply.attribute(attributes, Linux.IFLA_ADDRESS()).map(Rtnetlink::mac).orElse(0L),
        reply.attribute(attributes, Linux.IFLA_MTU()).map(NetlinkReply::int32).orElse(0),
        (ifinfomsg.ifi_flags(body) & Linux.IFF_UP()) != 0);
  }

  private static long mac(MemorySegment bytes) {
    long mac = 0;
    for (int i = 0; i < MAC_BYTES && bytes.byteSize() == MAC_BYTES; i++) {
      mac |= Byte.toUnsignedLong(bytes.get(JAVA_BYTE, i)) << i * Byte.SIZE;
    }
    return mac;
  }

  /**
   * Attaches a text to an interface.
   *
   * @param alias at most 255 bytes
   */
  public void setAlias(int linkIndex, String alias) {
    socket.change(
        "set the interface's alias",
        arena -> changeOf(arena, linkIndex, 0, 0).attribute(Linux.IFLA_IFALIAS(), alias));
  }

  /**
   * Sets an interface's Ethernet address.
   *
   * @param mac in the low 48 bits, the first byte on the wire lowest
   */
  public void setMac(int linkIndex, long mac) {
    byte[] bytes = new byte[MAC_BYTES];
    for (int i = 0; i < MAC_BYTES; i++) {
      bytes[i] = (byte) (mac >>> i * Byte.SIZE);
    }
    socket.change(
        "set the interface's Ethernet address",
        arena -> changeOf(arena, linkIndex, 0, 0).attribute(Linux.IFLA_ADDRESS(), bytes));
  }

  public void setMtu(int linkIndex, int mtuBytes) {
    socket.change(
        "set the interface's MTU to " + mtuBytes,
        arena -> changeOf(arena, linkIndex, 0, 0).attribute(Linux.IFLA_MTU(), mtuBytes));
  }

  public void setUp(int linkIndex) {
    socket.change(
        "set the interface up",
        arena -> changeOf(arena, linkIndex, Linux.IFF_UP(), Linux.IFF_UP()));
  }

  private static NetlinkMessage changeOf(Arena arena, int linkIndex, int flags, int changedFlags) {
    return new NetlinkMessage(arena, Linux.RTM_NEWLINK(), Linux.NLM_F_ACK())
        .link(linkIndex, flags, changedFlags);
  }

  /** All addresses of an interface. */
  public List<LinkAddress> addresses(int linkIndex) {
    List<LinkAddress> addresses = new ArrayList<>();
    for (int family : new int[] {Linux.AF_INET(), Linux.AF_INET6()}) {
      addresses.addAll(
          socket.list(
              "list the interface's addresses",
              arena ->
                  new NetlinkMessage(arena, Linux.RTM_GETADDR(), Linux.NLM_F_DUMP())
                      .address(family, 0, linkIndex),
              reply -> address(reply, linkIndex)));
    }
    return addresses;
  }

  private static LinkAddress address(NetlinkReply reply, int linkIndex) {
    MemorySegment body = reply.body();
    if (reply.type() != Linux.RTM_NEWADDR() || ifaddrmsg.ifa_index(body) != linkIndex) {
      return null;
    }
    long attributes = ifaddrmsg.sizeof();
    return reply
        .attribute(attributes, Linux.IFA_LOCAL())
        .or(() -> reply.attribute(attributes, Linux.IFA_ADDRESS()))
        .map(address ->
            new LinkAddress(
                NetlinkReply.address(address),
                Byte.toUnsignedInt(ifaddrmsg.ifa_prefixlen(body)),
                reply
                    .attribute(attributes, Linux.IFA_PROTO())
                    .map(protocol -> Byte.toUnsignedInt(protocol.get(JAVA_BYTE, 0)))
                    .orElse(0)))
        .orElse(null);
  }

  /** Gives an interface an address, or an address that it has another protocol. */
  public void addAddress(int linkIndex, LinkAddress address) {
    int flags = Linux.NLM_F_ACK() | Linux.NLM_F_CREATE() | Linux.NLM_F_REPLACE();
    socket.change(
        "add address " + address,
        arena -> {
          NetlinkMessage message =
              addressMessage(
                  new NetlinkMessage(arena, Linux.RTM_NEWADDR(), flags), linkIndex, address);
          message.attribute(Linux.IFA_PROTO(), new byte[] {(byte) address.protocol()});
          return address.ipv6()
              ? message.attribute(Linux.IFA_FLAGS(), Linux.IFA_F_NODAD())
              : message;
        });
  }

  /** Takes an address away, and with it the routes that depend on it. */
  public void deleteAddress(int linkIndex, LinkAddress address) {
    socket.change(
        "delete address " + address,
        arena ->
            addressMessage(
                new NetlinkMessage(arena, Linux.RTM_DELADDR(), Linux.NLM_F_ACK()),
                linkIndex,
                address));
  }

  private static NetlinkMessage addressMessage(
      NetlinkMessage message, int linkIndex, LinkAddress address) {
    byte[] bytes = address.address().getAddress();
    return message
        .address(family(address.ipv6()), address.prefixLength(), linkIndex)
        .attribute(Linux.IFA_LOCAL(), bytes)
        .attribute(Linux.IFA_ADDRESS(), bytes);
  }

  /** The routes through an interface and a gateway that have a protocol. */
  public List<LinkRoute> routes(int linkIndex, int protocol) {
    List<LinkRoute> routes = new ArrayList<>();
    for (boolean ipv6 : new boolean[] {false, true}) {
      routes.addAll(
          socket.list(
              "list the interface's routes",
              arena ->
                  new NetlinkMessage(arena, Linux.RTM_GETROUTE(), Linux.NLM_F_DUMP())
                      .route(family(ipv6), 0, protocol)
                      .attribute(Linux.RTA_OIF(), linkIndex),
              reply -> route(reply, linkIndex, protocol, ipv6)));
    }
    return routes;
  }

  private static LinkRoute route(NetlinkReply reply, int linkIndex, int protocol, boolean ipv6) {
    MemorySegment body = reply.body();
    if (reply.type() != Linux.RTM_NEWROUTE()
        || Byte.toUnsignedInt(rtmsg.rtm_protocol(body)) != protocol
        || Byte.toUnsignedInt(rtmsg.rtm_table(body)) != Linux.RT_TABLE_MAIN()) {
      return null;
    }
    long attributes = rtmsg.sizeof();
    Optional<Integer> out = reply.attribute(attributes, Linux.RTA_OIF()).map(NetlinkReply::int32);
    Optional<MemorySegment> gateway = reply.attribute(attributes, Linux.RTA_GATEWAY());
    if (gateway.isEmpty() || !out.equals(Optional.of(linkIndex))) {
      return null;
    }
    byte[] any = new byte[(int) gateway.get().byteSize()];
    return new LinkRoute(
        NetlinkReply.address(
            reply.attribute(attributes, Linux.RTA_DST()).orElse(MemorySegment.ofArray(any))),
        Byte.toUnsignedInt(rtmsg.rtm_dst_len(body)),
        NetlinkReply.address(gateway.get()),
        protocol);
  }

  /**
   * Makes a route through an interface that is up.
   *
   * @throws LinuxException EEXIST where the namespace has a route to the same destination
   */
  public void addRoute(int linkIndex, LinkRoute route) {
    int flags = Linux.NLM_F_ACK() | Linux.NLM_F_CREATE() | Linux.NLM_F_EXCL();
    socket.change(
        "add route " + route,
        arena ->
            routeMessage(new NetlinkMessage(arena, Linux.RTM_NEWROUTE(), flags), linkIndex, route));
  }

  public void deleteRoute(int linkIndex, LinkRoute route) {
    socket.change(
        "delete route " + route,
        arena ->
            routeMessage(
                new NetlinkMessage(arena, Linux.RTM_DELROUTE(), Linux.NLM_F_ACK()),
                linkIndex,
                route));
  }

  private static NetlinkMessage routeMessage(
      NetlinkMessage message, int linkIndex, LinkRoute route) {
    return message
        .route(family(route.ipv6()), route.prefixLength(), route.protocol())
        .unicast()
        .attribute(Linux.RTA_DST(), route.destination().getAddress())
        .attribute(Linux.RTA_GATEWAY(), route.gateway().getAddress())
        .attribute(Linux.RTA_OIF(), linkIndex);
  }

  private static int family(boolean ipv6) {
    return ipv6 ? Linux.AF_INET6() : Linux.AF_INET();
  }

  @Override
  public void close() {
    socket.close();
  }
}
