package dev.heddle.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What there is to say about an uplink. */
final class UplinkOptions {
  /** How it is connected. */
  static final class Attachment {
    @Option(
        names = "--dpdk",
        paramLabel = "DEVICE",
        description =
            "A DPDK port: the PCI address of a network card, or a virtual device such as"
                + " net_af_packet0,iface=eth1.")
    String dpdk;

    @Option(
        names = "--memif",
        paramLabel = "SOCKET",
        description =
            "A memif to a trusted neighbour: its socket, an absolute path, or @NAME for an"
                + " abstract one.")
    String memifSocket;
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The physical network that it leads to. Default: the default one.")
  String name;

  @Option(
      names = "--address",
      required = true,
      paramLabel = "ADDRESS/LENGTH",
      description = "This node's own address there; give an IPv4 and an IPv6 one for both.")
  List<String> addresses;

  @Option(
      names = "--network",
      paramLabel = "NETWORK",
      defaultValue = "",
      description =
          "It leads to the outside of this network, whose routes lead to gateways there. Default:"
              + " it carries tunnels to other nodes.")
  String network;

  @Option(
      names = "--gateway",
      paramLabel = "ADDRESS",
      description = "The router there, for nodes that are not on the link; one of each family.")
  List<String> gateways = new ArrayList<>();

  @Option(
      names = "--mtu",
      paramLabel = "BYTES",
      description = "Largest IP packet there, tunnel headers included. Default: 1500.")
  int mtu;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "Its Ethernet address. Default: the device's own.")
  String mac;

  @ArgGroup(multiplicity = "1")
  Attachment attachment;

  @Option(
      names = "--queues",
      paramLabel = "N",
      description = "Queues in each direction, 1 to 16. Default: 1.")
  int queues;

  @Option(
      names = "--promiscuous",
      description = "With --dpdk: take in frames for any Ethernet address.")
  boolean promiscuous;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "server",
      description = "With --memif: Heddle's own role, server or client. Default: server.")
  EndpointOptions.Role role;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "With --memif: the interface id on that socket. Default: 0.")
  int id;

  @Option(
      names = "--netns",
      paramLabel = "FILE",
      defaultValue = "",
      description = "With --memif: the network namespace of an abstract socket.")
  String netns;

  @Option(
      names = "--log2-ring-size",
      paramLabel = "N",
      description = "With --memif: logarithm of a ring's descriptors, 6 to 14. Default: 10.")
  int log2RingSize;
}
