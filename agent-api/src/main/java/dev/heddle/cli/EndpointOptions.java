package dev.heddle.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
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

  /** How the pod is connected. */
  static final class Attachment {
    @Option(
        names = "--memif",
        paramLabel = "SOCKET",
        description = "A memif: its socket, an absolute path, or @NAME for an abstract one.")
    String memifSocket;

    @Option(
        names = "--kernel",
        paramLabel = "NETNS:NAME",
        description =
            "An ordinary interface that Heddle makes in the pod: the file of its network namespace,"
                + " and the interface's name there, such as /run/netns/blue:eth1.")
    String kernel;
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

  @ArgGroup(multiplicity = "1")
  Attachment attachment;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "server",
      description = "With --memif: Heddle's own role, server or client. Default: server.")
  Role role;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "With --memif: the interface id on that socket. Default: 0.")
  int id;

  @Option(
      names = "--netns",
      paramLabel = "FILE",
      defaultValue = "",
      description =
          "With --memif: the network namespace of an abstract socket. Default: the daemon's own.")
  String netns;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "ethernet",
      description = "With --memif: ethernet or ip. Default: ethernet.")
  Mode mode;

  @Option(
      names = "--queues",
      paramLabel = "N",
      description = "Queues in each direction, 1 to 16, of a kernel interface to 8. Default: 1.")
  int queues;

  @Option(
      names = "--log2-ring-size",
      paramLabel = "N",
      description = "With --memif: logarithm of a ring's descriptors, 6 to 14. Default: 10.")
  int log2RingSize;

  @Option(
      names = "--route",
      paramLabel = "PREFIX",
      description =
          "With --kernel: what the pod reaches through the network's gateway besides the network's"
              + " ranges, such as 0.0.0.0/0; may be repeated.")
  List<String> routes = new ArrayList<>();
}
