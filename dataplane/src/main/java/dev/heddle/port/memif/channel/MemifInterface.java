package dev.heddle.port.memif.channel;

import dev.heddle.observe.EventCounter;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.RingStatus;
import java.util.Arrays;
import java.util.List;

/**
 * A configured interface and what becomes of it. The control thread's alone, but for {@link
 * #status} and {@link #rings}.
 */
final class MemifInterface implements RefusalCounter {
  private final MemifConfig config;
  private final LinkCounters counters;
  private Session session;
  private volatile ConnectedLink link;
  private String peerInstance = "";
  private String peerInterface = "";
  private String lastReason = "";
  private volatile MemifStatus status;

  MemifInterface(MemifConfig config, EventCounter events) {
    this.config = config;
    counters = new LinkCounters(events, config.interfaceIndex());
    publish();
  }

  MemifConfig config() {
    return config;
  }

  /** From any thread. */
  MemifStatus status() {
    return status;
  }

  /** From any thread: the rings of the connection; none without one. */
  List<RingStatus> rings() {
    ConnectedLink connected = link;
    return connected == null ? List.of() : connected.ringStatuses();
  }

  /** The one session that is, or is becoming, this interface's connection; null without one. */
  Session session() {
    return session;
  }

  void begin(Session begun, String instance) {
    session = begun;
    peerInstance = instance;
    peerInterface = "";
    publish();
  }

  void connected(ConnectedLink established, String interfaceName) {
    link = established;
    peerInterface = interfaceName;
    counters.countConnect();
    publish();
  }

  void ended(String reason) {
    if (link != null) {
      counters.countDisconnect();
    }
    session = null;
    link = null;
    peerInstance = "";
    peerInterface = "";
    lastReason = reason;
    publish();
  }

  /** Why there is no connection, where none was made. */
  void unreachable(String reason) {
    lastReason = reason;
    publish();
  }

  @Override
  public void count(LinkRefusal refusal, String reason) {
    counters.count(refusal);
    lastReason = reason;
    publish();
  }

  /** Cuts the peer off if a worker asked for it. */
  void checkFault() {
    LinkFault fault = link == null ? null : link.fault();
    if (fault != null) {
      counters.count(fault);
      session.disconnect(fault.description());
    }
  }

  private void publish() {
    status =
        new MemifStatus(
            config,
            link != null,
            peerInstance,
            peerInterface,
            link == null ? List.of() : sizes(link.receiveRings()),
            link == null ? List.of() : sizes(link.transmitRings()),
            link == null ? List.of() : Arrays.stream(link.regionBytes()).boxed().toList(),
            lastReason,
            counters.connects(),
            counters.disconnects(),
            counters.refusals(),
            counters.faults());
  }

  private static List<Integer> sizes(MemifLink.Ring[] rings) {
    return Arrays.stream(rings).map(ring -> 1 << ring.log2Size()).toList();
  }
}
