package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.Tcp;
import dev.heddle.worker.TrainingFrames.Frame;

/**
 * The frames of one endpoint's connections with the others of its network, who send what belongs to
 * it: opened, answered, closed and reset; echoes, errors and fragments.
 */
final class TrainingConversations {
  private static final int[] TCP_FLAGS = {
    Tcp.SYN, Tcp.SYN | Tcp.ACK, Tcp.ACK, Tcp.ACK, Tcp.FIN | Tcp.ACK, Tcp.RST
  };

  /** Endpoints of network 0. */
  private static final int PEERS = TrainingTables.SENDERS - 2;

  private static final int FIRST_PORT = 2_000;
  private static final int PORTS = 3;

  /** Nobody resets this one's connections, so that they end by both sides' FIN and open again. */
  private static final int ORDERLY_PORT = FIRST_PORT + PORTS - 1;

  private static final int FLAGS = 13;
  private static final int UNKNOWN_PROTOCOL = 47;

  /** Bytes behind the inner IP header, which may itself end early. */
  private static final int LEAST_SHOWN = -12;

  private static final int MOST_SHOWN = 24;

  /** With so many the inner packet is of another version. */
  private static final int OTHER_VERSION_SHOWN = 16;

  private static final int FRAGMENT_BYTES = 64;

  private final TrainingFrames frames;
  private final int sender;

  private TrainingConversations(TrainingFrames frames, int sender) {
    this.frames = frames;
    this.sender = sender;
  }

  /** Adds them to what an endpoint of network 0 sends. */
  static void addTo(TrainingFrames frames, int sender) {
    TrainingConversations conversations = new TrainingConversations(frames, sender);
    for (int other = 0; other < PEERS; other++) {
      if (other != sender) {
        conversations.addWith(other);
      }
    }
  }

  private void addWith(int other) {
    for (int port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
      for (int flags : TCP_FLAGS) {
        if (flags != Tcp.RST || port != ORDERLY_PORT) {
          add(tcp4(other, port, flags));
          add(tcp6(other, port, flags));
        }
      }
      add(ports4(frame4(other, IpProtocol.UDP, 46), other, port));
      add(ports6(frame6(other, IpProtocol.UDP, 66), other, port));
    }
    add(frame4(other, UNKNOWN_PROTOCOL, 60));
    add(frame6(other, UNKNOWN_PROTOCOL, 80));
    for (int answer = 0; answer < 2; answer++) {
      add(echo4(other, answer == 1));
      add(echo6(other, answer == 1));
    }
    if (other == (sender + 1) % PEERS) {
      addErrors(other);
      addFragments(other);
    }
  }

  /** To the router they are plain: only policy sees more in them. */
  private void add(Frame frame) {
    frames.plain().add(frame);
  }

  private Frame frame4(int other, int protocol, int bytes) {
    return frames.ip4(TrainingTables.address4(other), 64, protocol, bytes);
  }

  private Frame frame6(int other, int protocol, int bytes) {
    long low = TrainingTables.address6Low(other);
    return frames.ip6(TrainingTables.RANGE6, low, 64, protocol, bytes);
  }

  /** The one with the lower number is the client. */
  private int pair(int other, int port) {
    return sender < other ? port << 16 | 80 : 80 << 16 | port;
  }

  private Frame ports4(Frame frame, int other, int port) {
    Memory.putIntBe(upper4(frame), pair(other, port));
    return frame;
  }

  private Frame ports6(Frame frame, int other, int port) {
    Memory.putIntBe(upper6(frame), pair(other, port));
    return frame;
  }

  private Frame tcp4(int other, int port, int flags) {
    Frame frame = ports4(frame4(other, IpProtocol.TCP, 40 + port % 3 * 6), other, port);
    Memory.putByte(upper4(frame) + FLAGS, (byte) flags);
    return frame;
  }

  private Frame tcp6(int other, int port, int flags) {
    Frame frame = ports6(frame6(other, IpProtocol.TCP, 60 + port % 3 * 6), other, port);
    Memory.putByte(upper6(frame) + FLAGS, (byte) flags);
    return frame;
  }

  private Frame echo4(int other, boolean answer) {
    Frame frame = frame4(other, IpProtocol.ICMP, 60);
    int type = answer ? Icmp.ECHO_REPLY : Icmp.ECHO_REQUEST;
    Memory.putIntBe(upper4(frame), type << 24);
    Memory.putIntBe(upper4(frame) + 4, FIRST_PORT << 16);
    return frame;
  }

  private Frame echo6(int other, boolean answer) {
    Frame frame = frame6(other, IpProtocol.ICMPV6, 80);
    int type = answer ? Icmpv6.ECHO_REPLY : Icmpv6.ECHO_REQUEST;
    Memory.putIntBe(upper6(frame), type << 24);
    Memory.putIntBe(upper6(frame) + 4, FIRST_PORT << 16);
    return frame;
  }

  /** About what the other one sends: datagrams, TCP of which little is shown, echoes, nothing. */
  private void addErrors(int other) {
    for (int protocol :
        new int[] {IpProtocol.UDP, IpProtocol.TCP, IpProtocol.ICMP, UNKNOWN_PROTOCOL}) {
      for (int shown = LEAST_SHOWN; shown <= MOST_SHOWN; shown += 4) {
        add(error4(other, protocol, shown));
        add(error6(other, protocol, shown));
      }
    }
  }

  private Frame error4(int other, int protocol, int shown) {
    Frame frame = frame4(other, IpProtocol.ICMP, 28 + Ipv4.HEADER_BYTES + shown);
    long inner = upper4(frame) + Icmp.HEADER_BYTES;
    Memory.putIntBe(upper4(frame), (shown % 8 == 0 ? 3 : 11) << 24 | 3 << 16);
    int from = TrainingTables.address4(other);
    Ipv4.write(inner, 0, 60, 63, protocol, from, TrainingTables.address4(sender));
    if (shown >= 4) {
      Memory.putIntBe(inner + Ipv4.HEADER_BYTES, turned(pair(other, FIRST_PORT)));
    }
    if (shown == OTHER_VERSION_SHOWN) {
      Memory.putByte(inner, (byte) 0x60);
    }
    return frame;
  }

  private Frame error6(int other, int protocol, int shown) {
    Frame frame = frame6(other, IpProtocol.ICMPV6, 48 + Ipv6.HEADER_BYTES + shown);
    long inner = upper6(frame) + Icmpv6.HEADER_BYTES;
    Memory.putIntBe(upper6(frame), (shown % 8 == 0 ? 1 : 3) << 24 | 4 << 16);
    Ipv6.write(inner, 0, 60, protocol == IpProtocol.ICMP ? IpProtocol.ICMPV6 : protocol, 63);
    Ipv6.putSource(inner, TrainingTables.RANGE6, TrainingTables.address6Low(other));
    Ipv6.putDestination(inner, TrainingTables.RANGE6, TrainingTables.address6Low(sender));
    if (shown >= 4) {
      Memory.putIntBe(inner + Ipv6.HEADER_BYTES, turned(pair(other, FIRST_PORT)));
    }
    if (shown == OTHER_VERSION_SHOWN) {
      Memory.putByte(inner, (byte) 0x45);
    }
    return frame;
  }

  private static int turned(int pair) {
    return pair << 16 | pair >>> 16;
  }

  private void addFragments(int other) {
    for (int identification = 0; identification < 4; identification++) {
      for (int units : new int[] {0, 1, FRAGMENT_BYTES / 8}) {
        boolean more = units == 0 || identification == 1;
        Frame four = tcp4(other, FIRST_PORT, Tcp.ACK);
        Memory.putShortBe(TrainingFrames.ip(four) + 4, identification);
        Memory.putShortBe(TrainingFrames.ip(four) + 6, (more ? 0x2000 : 0) | units);
        add(TrainingFrames.repaired4(four));
        int bytes = identification == 3 ? 56 : 40 + FRAGMENT_BYTES;
        Frame six = frame6(other, IpProtocol.FRAGMENT, bytes);
        Memory.putIntBe(upper6(six), IpProtocol.TCP << 24 | units << 3 | (more ? 1 : 0));
        Memory.putIntBe(upper6(six) + 4, identification);
        Memory.putIntBe(upper6(six) + 8, pair(other, FIRST_PORT));
        add(six);
      }
    }
  }

  private static long upper4(Frame frame) {
    return TrainingFrames.ip(frame) + Ipv4.HEADER_BYTES;
  }

  private static long upper6(Frame frame) {
    return TrainingFrames.ip(frame) + Ipv6.HEADER_BYTES;
  }
}
