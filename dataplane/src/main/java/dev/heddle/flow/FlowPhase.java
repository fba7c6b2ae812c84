package dev.heddle.flow;

import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Tcp;

/**
 * How far a flow has come, in seven bits, and how long it may be silent then.
 *
 * <p>Of TCP as much as it takes to time out sanely: no sequence numbers are kept. The times are
 * those that RFC 5382 (TCP), RFC 4787 (UDP) and RFC 5508 (ICMP) ask of middleboxes at least; a
 * connection that never opened, or has closed, gets less.
 */
public final class FlowPhase {
  /** The other side has answered. */
  public static final int REPLIED = 1;

  public static final int FIN_FORWARD = 1 << 1;
  public static final int FIN_REVERSE = 1 << 2;
  public static final int RESET = 1 << 3;

  /** A change of policy ended it: what it may not send. Its packets are dropped. */
  public static final int DENIED_EGRESS = 1 << 4;

  /** A change of policy ended it: what the other side may not receive. */
  public static final int DENIED_INGRESS = 1 << 5;

  public static final int DENIED = DENIED_EGRESS | DENIED_INGRESS;

  private static final int ENDED = FIN_FORWARD | FIN_REVERSE;

  static final int UNANSWERED_S = 30;
  static final int TCP_ESTABLISHED_S = 7440;
  static final int TCP_CLOSING_S = 240;
  static final int TCP_CLOSED_S = 30;
  static final int UDP_ANSWERED_S = 300;
  static final int OTHER_ANSWERED_S = 120;
  static final int FRAGMENTS_S = 30;

  private FlowPhase() {}

  /**
   * The phase after a packet.
   *
   * @param tcpFlags of the packet; 0 where it is no TCP
   */
  public static int after(int phase, boolean reversed, int tcpFlags) {
    int next = reversed ? phase | REPLIED : phase;
    if ((tcpFlags & (Tcp.FIN | Tcp.RST)) == 0) {
      return next;
    }
    if ((tcpFlags & Tcp.RST) != 0) {
      return next | RESET;
    }
    return next | (reversed ? FIN_REVERSE : FIN_FORWARD);
  }

  /** Whether TCP opens a connection by this packet. */
  public static boolean opens(int tcpFlags) {
    return (tcpFlags & (Tcp.SYN | Tcp.ACK | Tcp.RST | Tcp.FIN)) == Tcp.SYN;
  }

  /** Whether its addresses and ports may serve a new connection. */
  public static boolean isOver(int phase) {
    return (phase & (RESET | DENIED)) != 0 || (phase & ENDED) == ENDED;
  }

  /** Whether nobody has answered, so that a flow may make room for another one. */
  static boolean isUnanswered(int phase) {
    return (phase & (REPLIED | DENIED)) == 0;
  }

  /** Seconds that a flow of a protocol may be silent for. */
  static int timeoutSeconds(int phase, int protocol, boolean fragments) {
    if (fragments) {
      return FRAGMENTS_S;
    }
    if ((phase & REPLIED) == 0) {
      return UNANSWERED_S;
    }
    if (protocol == IpProtocol.TCP) {
      return tcpTimeoutSeconds(phase);
    }
    return protocol == IpProtocol.UDP ? UDP_ANSWERED_S : OTHER_ANSWERED_S;
  }

  private static int tcpTimeoutSeconds(int phase) {
    if ((phase & RESET) != 0 || (phase & ENDED) == ENDED) {
      return TCP_CLOSED_S;
    }
    return (phase & ENDED) != 0 ? TCP_CLOSING_S : TCP_ESTABLISHED_S;
  }
}
