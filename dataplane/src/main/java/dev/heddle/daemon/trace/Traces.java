package dev.heddle.daemon.trace;

import dev.heddle.api.v1.AddTraceRequest;
import dev.heddle.api.v1.RuleDecision;
import dev.heddle.api.v1.TraceStatus;
import dev.heddle.api.v1.TracedPacket;
import dev.heddle.control.ControlPlane.RouteMatch;
import dev.heddle.daemon.Refusal;
import dev.heddle.daemon.RingDirectory;
import dev.heddle.ffi.pcap.FilterException;
import dev.heddle.ffi.pcap.PacketFilter;
import dev.heddle.model.IpAddress;
import dev.heddle.observe.CaptureRing;
import dev.heddle.observe.TracePoint;
import dev.heddle.observe.TraceScope;
import dev.heddle.worker.WorkerGroup;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trace that is under way, if any, and what was traced.
 *
 * <p>Any thread may call the methods. Entries are taken out of the workers' rings by {@link
 * #collect}, which the owner calls now and then; a trace that has all its packets is taken away
 * from the workers then, which pay nothing afterwards.
 */
public final class Traces implements AutoCloseable {
  /** Packets whose traces are kept; the oldest go. */
  static final int MAX_PACKETS = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Traces.class);
  private static final int ENTRIES_PER_TURN = 4096;

  private final WorkerGroup workers;
  private final RingDirectory directory;
  private final TracedInterfaces interfaces;
  private final BiFunction<Integer, IpAddress, RouteMatch> routes;
  private final Rules rules;
  private final Deque<TracedPacket> packets = new ArrayDeque<>();
  private Running running;
  private int lastNumber;

  /**
   * A trace under way.
   *
   * @param unfinished what is known by now of packets whose batch is not over, by worker
   */
  private record Running(
      AtomicInteger left,
      Arena arena,
      List<CaptureRing> rings,
      List<Map<Integer, TraceText>> unfinished) {}

  /** What rules are called. */
  public interface Rules {
    /** A rule of an interface's endpoint in a revision; null if it is not known any more. */
    RuleDecision of(int interfaceIndex, boolean ingress, int rule, long revision);
  }

  /**
   * @param routes tells the route of a network, by its index, for an address
   * @param rules tells the rule of an interface's endpoint in a revision
   */
  public Traces(
      WorkerGroup workers,
      RingDirectory directory,
      TracedInterfaces interfaces,
      BiFunction<Integer, IpAddress, RouteMatch> routes,
      Rules rules) {
    this.workers = workers;
    this.directory = directory;
    this.interfaces = interfaces;
    this.routes = routes;
    this.rules = rules;
  }

  /**
   * Starts a trace in place of the present one.
   *
   * @throws io.grpc.StatusRuntimeException that says what is wrong; nothing has changed then
   */
  public synchronized TraceStatus add(AddTraceRequest request) {
    int wanted = request.getPackets();
    if (wanted < 1 || wanted > MAX_PACKETS) {
      throw Refusal.invalid(
          "trace", "packets", Integer.toUnsignedString(wanted), "give 1 to " + MAX_PACKETS);
    }
    int interfaceIndex =
        request.getInterface().isEmpty()
            ? TraceScope.ANY
            : interfaces.find("trace", request.getInterface());
    Arena arena = Arena.ofShared();
    try {
      AtomicInteger left = new AtomicInteger(wanted);
      TraceScope scope =
          new TraceScope(
              interfaceIndex,
              compile(request.getFilter(), PacketFilter.ETHERNET, arena),
              compile(request.getFilter(), PacketFilter.RAW_IP, arena),
              left,
              true);
      end();
      start(scope, arena);
    } catch (RuntimeException e) {
      if (running == null || running.arena() != arena) {
        arena.close();
      }
      throw e;
    }
    return status();
  }

  private static PacketFilter compile(String expression, int linkType, Arena arena) {
    if (expression.isBlank()) {
      return null;
    }
    try {
      return PacketFilter.compile(expression, linkType, arena);
    } catch (FilterException e) {
      if (linkType == PacketFilter.RAW_IP) {
        // It is about Ethernet headers, which such packets do not have.
        return PacketFilter.compile("less 0", linkType, arena);
      }
      throw Refusal.invalid("trace", "filter", expression, e.getMessage() + "; see pcap-filter(7)");
    }
  }

  private void start(TraceScope scope, Arena arena) {
    List<CaptureRing> rings = directory.open("trace-" + ++lastNumber);
    List<Map<Integer, TraceText>> unfinished = new ArrayList<>();
    long epochOffsetNs = RingDirectory.epochOffsetNs();
    List<TracePoint> points = new ArrayList<>();
    for (CaptureRing ring : rings) {
      unfinished.add(new HashMap<>());
      points.add(new TracePoint(scope, ring, epochOffsetNs));
    }
    running = new Running(scope.left(), arena, rings, unfinished);
    workers.trace(points);
  }

  /** What was traced, the oldest packet first. */
  public synchronized List<TracedPacket> show() {
    collect();
    return List.copyOf(packets);
  }

  /** Ends the trace and forgets what was traced. */
  public synchronized TraceStatus clear() {
    end();
    packets.clear();
    return status();
  }

  private TraceStatus status() {
    int left = running == null ? 0 : Math.max(0, running.left().get());
    return TraceStatus.newBuilder().setAwaited(left).setTraced(packets.size()).build();
  }

  /** Takes what the workers told; ends a trace that has all its packets. */
  public synchronized void collect() {
    if (running == null) {
      return;
    }
    boolean hasAll = running.left().get() <= 0;
    drain();
    if (hasAll) {
      end();
    }
  }

  /** The same for a timer, which an exception would stop. */
  public void collectOrTell() {
    try {
      collect();
    } catch (RuntimeException e) {
      LOG.error("a trace could not be collected", e);
    }
  }

  private void drain() {
    for (int worker = 0; worker < running.rings().size(); worker++) {
      Map<Integer, TraceText> unfinished = running.unfinished().get(worker);
      int number = worker;
      CaptureRing.Reader reader =
          (timeNs, event, reason, entry, at, entryBytes, frameBytes) -> {
            int packet = entry.getInt(at + TracePoint.NUMBER_OFFSET);
            if (event == TracePoint.ENDED) {
              keep(unfinished.remove(packet));
            } else {
              unfinished
                  .computeIfAbsent(packet, each -> new TraceText(number, interfaces, routes, rules))
                  .add(timeNs, event, reason, entry, at, entryBytes, frameBytes);
            }
          };
      while (running.rings().get(worker).read(reader, ENTRIES_PER_TURN) > 0) {
        // Until nothing is left.
      }
    }
  }

  private void keep(TraceText text) {
    if (text != null) {
      packets.add(text.build());
      if (packets.size() > MAX_PACKETS) {
        packets.remove();
      }
    }
  }

  private void end() {
    if (running == null) {
      return;
    }
    try {
      workers.untrace();
    } catch (IllegalStateException e) {
      // A worker that hangs or has ended may still look at what would be unmapped.
      LOG.atError().addKeyValue("reason", e.getMessage()).log("a trace's memory is kept");
      running = null;
      return;
    }
    drain();
    Running ended = running;
    running = null;
    ended.arena().close();
    for (CaptureRing ring : ended.rings()) {
      try {
        ring.close();
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("reason", e).log("a ring of a trace stays");
      }
    }
  }

  /** Ends the trace. */
  @Override
  public synchronized void close() {
    end();
  }
}
