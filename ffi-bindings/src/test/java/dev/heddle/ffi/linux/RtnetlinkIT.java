package dev.heddle.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a network namespace of its own and compared with what ip(8) says; needs root. */
class RtnetlinkIT {
  private static final int PROTOCOL = 188;
  private static final int OTHER_PROTOCOL = 4;

  /** 02:00:00:00:00:2a, the first byte on the wire lowest. */
  private static final long MAC = 0x2a_00_00_00_00_02L;

  private final String namespace = "heddle-nl-" + UUID.randomUUID().toString().substring(0, 8);
  private Rtnetlink netlink;

  @BeforeEach
  void makeNamespace() throws Exception {
    run("ip", "netns", "add", namespace);
    ip("tuntap", "add", "pod0", "mode", "tap");
    netlink = NetworkNamespace.call(Path.of("/run/netns", namespace), Rtnetlink::open);
  }

  @AfterEach
  void removeNamespace() throws Exception {
    run("ip", "netns", "delete", namespace);
    netlink.close();
  }

  @Test
  void shouldTellOfALinkAndChangeIt() throws Exception {
    Link before = netlink.link("pod0").orElseThrow();
    assertThat(before.kind()).isEqualTo("tun");
    assertThat(before.alias()).isEmpty();
    assertThat(before.isUp()).isFalse();

    netlink.setAlias(before.index(), "heddle:blue-a");
    netlink.setMac(before.index(), MAC);
    netlink.setMtu(before.index(), 1400);
    netlink.setUp(before.index());

    assertThat(netlink.link("pod0"))
        .contains(new Link(before.index(), "tun", "heddle:blue-a", MAC, 1400, true));
    assertThat(ip("link", "show", "pod0"))
        .contains("02:00:00:00:00:2a", "mtu 1400", "alias heddle:blue-a", "UP");
  }

  @Test
  void shouldFindNothingWhenThereIsNoLinkOfTheName() {
    assertThat(netlink.link("none")).isEmpty();
  }

  @Test
  void shouldAddListAndDeleteAddresses() throws Exception {
    int index = upLink();
    LinkAddress ipv4 = address("10.1.0.7", 16);
    LinkAddress ipv6 = address("fd00::7", 64);
    netlink.addAddress(index, ipv4);
    netlink.addAddress(index, ipv6);
    netlink.addAddress(index, ipv6);
    ip("addr", "add", "10.9.0.1/24", "dev", "pod0");

    assertThat(netlink.addresses(index)).contains(ipv4, ipv6);
    assertThat(netlink.addresses(index))
        .anyMatch(each -> each.toString().equals("10.9.0.1/24") && each.protocol() == 0);
    assertThat(ip("-6", "addr", "show", "dev", "pod0")).contains("fd00::7/64", "nodad");

    netlink.deleteAddress(index, ipv4);
    netlink.deleteAddress(index, ipv6);
    assertThat(netlink.addresses(index)).doesNotContain(ipv4, ipv6);
    assertThat(ip("addr", "show", "dev", "pod0")).contains("10.9.0.1/24");
  }

  @Test
  void shouldListEveryAddressWhenThereAreMoreThanFitIntoOneAnswer() throws Exception {
    int index = upLink();
    int count = 700;
    for (int i = 0; i < count; i++) {
      netlink.addAddress(index, address("10.1." + i / 250 + "." + (1 + i % 250), 16));
    }
    assertThat(netlink.addresses(index)).filteredOn(each -> !each.ipv6()).hasSize(count);
  }

  @Test
  void shouldAddListAndDeleteRoutes() throws Exception {
    int index = upLink();
    netlink.addAddress(index, address("10.1.0.7", 16));
    netlink.addAddress(index, address("fd00::7", 64));
    LinkRoute ipv4 = route("0.0.0.0", 0, "10.1.0.1", PROTOCOL);
    LinkRoute ipv6 = route("fd77::", 16, "fd00::1", PROTOCOL);
    netlink.addRoute(index, ipv4);
    netlink.addRoute(index, ipv6);
    netlink.addRoute(index, route("10.7.0.0", 16, "10.1.0.1", OTHER_PROTOCOL));

    assertThat(netlink.routes(index, PROTOCOL)).containsExactlyInAnyOrder(ipv4, ipv6);
    assertThat(ip("route", "show", "default")).contains("via 10.1.0.1 dev pod0");

    netlink.deleteRoute(index, ipv4);
    netlink.deleteRoute(index, ipv6);
    assertThat(netlink.routes(index, PROTOCOL)).isEmpty();
    assertThat(ip("route")).contains("10.7.0.0/16 via 10.1.0.1");
  }

  @Test
  void shouldSayThatARouteIsTakenWhenAnotherLeadsThere() throws Exception {
    int index = upLink();
    netlink.addAddress(index, address("10.1.0.7", 16));
    ip("route", "add", "default", "via", "10.1.0.9");
    assertThatThrownBy(() -> netlink.addRoute(index, route("0.0.0.0", 0, "10.1.0.1", PROTOCOL)))
        .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.isTaken()).isTrue());
    assertThat(ip("route", "show", "default")).contains("via 10.1.0.9");
  }

  @Test
  void shouldPassOnTheKernelsWordsWhenItRefuses() throws Exception {
    int index = upLink();
    assertThatThrownBy(() -> netlink.addRoute(index, route("0.0.0.0", 0, "10.1.0.1", PROTOCOL)))
        .hasMessageContaining("add route 0.0.0.0/0 via 10.1.0.1")
        .hasMessageContaining("Nexthop has invalid gateway")
        .hasMessageContaining("ENETUNREACH");
    assertThatThrownBy(() -> netlink.setMtu(index, 10_000_000))
        .hasMessageContaining("set the interface's MTU to 10000000");
    assertThatThrownBy(() -> netlink.setUp(4711)).hasMessageContaining("ENODEV");
  }

  @Test
  void shouldStayInItsNamespace() {
    assertThat(netlink.link("pod0")).isPresent();
    try (Rtnetlink own = Rtnetlink.open()) {
      assertThat(own.link("pod0")).isEmpty();
      assertThat(own.link("lo")).isPresent();
    }
  }

  private int upLink() {
    int index = netlink.link("pod0").orElseThrow().index();
    netlink.setUp(index);
    return index;
  }

  private static LinkAddress address(String address, int prefixLength) throws IOException {
    return new LinkAddress(InetAddress.getByName(address), prefixLength, PROTOCOL);
  }

  private static LinkRoute route(String destination, int length, String gateway, int protocol)
      throws IOException {
    return new LinkRoute(
        InetAddress.getByName(destination), length, InetAddress.getByName(gateway), protocol);
  }

  private String ip(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 3];
    command[0] = "ip";
    command[1] = "-netns";
    command[2] = namespace;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return run(command);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }
}
