package dev.heddle.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What there is to say about an endpoint. */
final class EndpointOptions {
  enum Role {
    SERVER,
    CLIENT
  }

  enum Mode {
    ETHERNET,
    IP
  }

  @Parameters(paramLabel = "NAME", description = "Its unique name.")
  String name;

  @Option(
      names = "--network",
      required = true,
      paramLabel = "NETWORK",
      description = "The network it stands in.")
  String network;

  @Option(
      names = "--address",
      required = true,
      paramLabel = "ADDRESS",
      description = "Its own IPv4 or IPv6 address; may be repeated.")
  List<String> addresses;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "Its Ethernet address; required unless --mode ip.")
  String mac;

  @Option(
      names = "--mtu",
      paramLabel = "BYTES",
      description = "Largest IP packet towards it. Default: the network's.")
  int mtu;

  @Option(
      names = "--allow-source",
      paramLabel = "PREFIX",
      description = "Further sources it may send from; may be repeated.")
  List<String> allowedSources = new ArrayList<>();

  @Option(
      names = "--memif",
      required = true,
      paramLabel = "SOCKET",
      description = "The memif socket: an absolute path, or @NAME for an abstract one.")
  String memifSocket;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "server",
      description = "Heddle's own memif role, server or client. Default: server.")
  Role role;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The memif interface id on that socket. Default: 0.")
  int id;

  @Option(
      names = "--netns",
      paramLabel = "FILE",
      defaultValue = "",
      description = "The network namespace of an abstract socket. Default: the daemon's own.")
  String netns;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "ethernet",
      description = "ethernet or ip. Default: ethernet.")
  Mode mode;

  @Option(
      names = "--queues",
      paramLabel = "N",
      description = "Rings in each direction, 1 to 16. Default: 1.")
  int queues;

  @Option(
      names = "--log2-ring-size",
      paramLabel = "N",
      description = "Logarithm of a ring's descriptors, 6 to 14. Default: 10.")
  int log2RingSize;
}
