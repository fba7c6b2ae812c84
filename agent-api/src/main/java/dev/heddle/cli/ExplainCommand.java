package dev.heddle.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle explain}: whether a packet passes, and why. */
@Command(
    name = "explain",
    description = {
      "Says whether a packet would pass, and why, by the tables that the workers use: the network, the",
      "flow that it belongs to if they know it, what the sender may send, the route, the way, and what the",
      "receiver may receive. Of TCP it is a packet that opens a connection."
    },
    footer = {
      "heddle explain --from a --to 172.19.0.20 --dport 443",
      "heddle explain --from b --to 172.19.0.10 --sport 443 --dport 40000",
      "heddle explain --from a --to fd00:19::20 --proto icmp6",
      "heddle explain --from-node n2 --network blue --source 172.19.1.7 --to 172.19.0.10 --dport 80"
    })
final class ExplainCommand implements Runnable {
  /** Who sends it. */
  static final class Sender {
    @Option(names = "--from", paramLabel = "ENDPOINT", description = "The endpoint that sends it.")
    String endpoint = "";

    @Option(
        names = "--from-node",
        paramLabel = "NODE",
        description =
            "The other node that sends it, through a tunnel; give --network and --source.")
    String node = "";
  }

  @ArgGroup(multiplicity = "1")
  private Sender from;

  @Option(
      names = "--network",
      defaultValue = "",
      paramLabel = "NETWORK",
      description = "Its network, if another node sends it.")
  private String network;

  @Option(names = "--to", required = true, paramLabel = "ADDRESS", description = "Whom it is for.")
  private String to;

  @Option(
      names = "--source",
      paramLabel = "ADDRESS",
      description = "Its source. Default: the endpoint's first address.")
  private String source;

  @Option(
      names = "--proto",
      defaultValue = "tcp",
      paramLabel = "PROTOCOL",
      description = "tcp, udp, icmp, icmp6, sctp or a number. Default: ${DEFAULT-VALUE}.")
  private String protocol;

  @Option(
      names = "--sport",
      defaultValue = "40000",
      paramLabel = "PORT",
      description = "Its source port. Default: ${DEFAULT-VALUE}.")
  private int sourcePort;

  @Option(
      names = "--dport",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "Its destination port.")
  private int destinationPort;

  @Option(
      names = "--icmp-type",
      paramLabel = "TYPE",
      description = "Its ICMP type. Default: an echo request's.")
  private Integer icmpType;

  @Option(
      names = "--icmp-code",
      defaultValue = "0",
      paramLabel = "CODE",
      description = "Its ICMP code. Default: ${DEFAULT-VALUE}.")
  private int icmpCode;

  @Option(
      names = "--icmp-id",
      defaultValue = "0",
      paramLabel = "IDENTIFIER",
      description = "The identifier of an ICMP echo. Default: ${DEFAULT-VALUE}.")
  private int icmpIdentifier;

  @Option(
      names = "--bytes",
      defaultValue = "0",
      paramLabel = "BYTES",
      description = "Bytes of the IP packet. Default: its headers'.")
  private int bytes;

  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Override
  public void run() {
    ExplainCalls.explain(
        socket,
        output,
        new ExplainCalls.Packet(
            from.endpoint,
            from.node,
            network,
            to,
            source,
            protocol,
            sourcePort,
            destinationPort,
            icmpType,
            icmpCode,
            icmpIdentifier,
            bytes));
  }
}
