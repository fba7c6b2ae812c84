package dev.heddle.daemon.capture;

import dev.heddle.api.Version;
import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.StartCaptureRequest;
import dev.heddle.api.v1.StartCaptureRequest.Direction;
import dev.heddle.daemon.InterfaceWatcher;
import dev.heddle.daemon.Refusal;
import dev.heddle.daemon.RingDirectory;
import dev.heddle.ffi.pcap.FilterException;
import dev.heddle.ffi.pcap.PacketFilter;
import dev.heddle.observe.CapturePoint;
import dev.heddle.observe.CaptureRing;
import dev.heddle.observe.CaptureScope;
import dev.heddle.observe.PcapngFile;
import dev.heddle.worker.WorkerGroup;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All captures, and the interfaces that there may be captures of.
 *
 * <p>Any thread may call the methods. An interface's captures end before its index can be another
 * one's, so that nobody's packets get into a file that was meant for others.
 */
public final class Captures implements InterfaceWatcher, AutoCloseable {
  /** Captures that may be under way at one time. */
  static final int MAX_RUNNING = 8;

  /** Captures that are remembered after their end. */
  static final int MAX_ENDED = 32;

  private static final int ETHERNET_BYTES = 14;

  private final WorkerGroup workers;
  private final RingDirectory directory;
  private final Map<Integer, Interface> interfaces = new HashMap<>();

  /** By number, so that the oldest is the first. */
  private final TreeMap<Integer, Capture> captures = new TreeMap<>();

  private int lastNumber;

  private record Interface(int index, String name, String network, boolean ipMode) {}

  public Captures(WorkerGroup workers, RingDirectory directory) {
    this.workers = workers;
    this.directory = directory;
  }

  @Override
  public synchronized void opened(int interfaceIndex, String name, String network, boolean ipMode) {
    interfaces.put(interfaceIndex, new Interface(interfaceIndex, name, network, ipMode));
  }

  /** Returns when the interface's captures have ended. */
  @Override
  public synchronized void closed(int interfaceIndex) {
    interfaces.remove(interfaceIndex);
    captures.values().stream()
        .filter(capture -> capture.interfaceIndex() == interfaceIndex)
        .forEach(capture -> capture.end("its interface was removed"));
  }

  /**
   * Starts a capture.
   *
   * @throws StatusRuntimeException that says what is wrong; nothing of the capture is left then
   */
  public synchronized CaptureStatus start(StartCaptureRequest asked) {
    StartCaptureRequest request =
        asked.getDirection() == Direction.DIRECTION_UNSPECIFIED
            ? asked.toBuilder().setDirection(Direction.DIRECTION_BOTH).build()
            : asked;
    Interface at = find(request.getInterface());
    if (request.getDirection() == Direction.UNRECOGNIZED) {
      throw invalid("direction", "(unknown)", "give in, out, drop or both");
    }
    if (Integer.compareUnsigned(request.getSnapBytes(), CaptureRing.MAX_PACKET_BYTES) > 0) {
      String value = Integer.toUnsignedString(request.getSnapBytes());
      throw invalid(
          "snap_bytes", value, "no packet is longer than " + CaptureRing.MAX_PACKET_BYTES);
    }
    Path path = path(request.getFile());
    if (captures.values().stream().filter(each -> !each.isOver()).count() >= MAX_RUNNING) {
      throw refusal(
          Status.RESOURCE_EXHAUSTED,
          "interface",
          request.getInterface(),
          MAX_RUNNING + " captures are under way, which is the most; stop one");
    }
    Capture capture = open(request, at, path);
    captures.put(lastNumber, capture);
    forgetOldest();
    return capture.status();
  }

  private Interface find(String name) {
    List<Interface> found =
        interfaces.values().stream().filter(each -> each.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw refusal(
          Status.NOT_FOUND,
          "interface",
          name,
          "there is no such interface; heddle show interface lists all");
    }
    if (found.size() > 1) {
      throw invalid("interface", name, "an endpoint and the uplink have this name; rename one");
    }
    return found.getFirst();
  }

  private static Path path(String text) {
    try {
      Path path = Path.of(text);
      if (!path.isAbsolute()) {
        throw invalid("file", text, "not an absolute path; give one");
      }
      return path;
    } catch (InvalidPathException e) {
      throw invalid("file", text, "not a path; give another one");
    }
  }

  /** Opens everything that a capture needs, or nothing. */
  private Capture open(StartCaptureRequest request, Interface at, Path path) {
    Arena arena = Arena.ofShared();
    List<CaptureRing> rings = List.of();
    PcapngFile file = null;
    try {
      CaptureScope scope = scope(request, at, arena);
      file = create(path, request, at, scope);
      int number = lastNumber + 1;
      rings = directory.open("capture-" + number);
      long epochOffsetNs = RingDirectory.epochOffsetNs();
      List<CapturePoint> points =
          rings.stream().map(ring -> new CapturePoint(scope, ring, epochOffsetNs)).toList();
      Capture capture =
          new Capture(
              number, at.index(), request, workers, rings, points, file, arena, epochOffsetNs);
      capture.start();
      lastNumber = number;
      return capture;
    } catch (RuntimeException e) {
      discard(rings, file, path);
      arena.close();
      throw e;
    }
  }

  private static CaptureScope scope(StartCaptureRequest request, Interface at, Arena arena) {
    String expression = request.getFilter();
    PacketFilter filter = null;
    if (!expression.isBlank()) {
      try {
        int linkType = at.ipMode() ? PacketFilter.RAW_IP : PacketFilter.ETHERNET;
        filter = PacketFilter.compile(expression, linkType, arena);
      } catch (FilterException e) {
        throw invalid("filter", expression, e.getMessage() + "; see pcap-filter(7)");
      }
    }
    Direction direction = request.getDirection();
    return new CaptureScope(
        at.index(),
        direction == Direction.DIRECTION_IN || direction == Direction.DIRECTION_BOTH,
        direction == Direction.DIRECTION_OUT || direction == Direction.DIRECTION_BOTH,
        at.ipMode() ? ETHERNET_BYTES : 0,
        request.getSnapBytes() == 0 ? CaptureRing.MAX_PACKET_BYTES : request.getSnapBytes(),
        filter);
  }

  private static PcapngFile create(
      Path path, StartCaptureRequest request, Interface at, CaptureScope scope) {
    String network = at.network().isEmpty() ? "uplink" : "network " + at.network();
    try {
      return PcapngFile.create(
          path,
          "heddled " + Version.current(),
          at.ipMode() ? PcapngFile.RAW_IP : PcapngFile.ETHERNET,
          scope.snapBytes(),
          at.name(),
          network,
          request.getFilter());
    } catch (FileAlreadyExistsException e) {
      throw refusal(
          Status.ALREADY_EXISTS,
          "file",
          path.toString(),
          "is there already; remove it or choose another one");
    } catch (NoSuchFileException e) {
      throw invalid("file", path.toString(), "its directory does not exist; create it");
    } catch (IOException e) {
      throw invalid("file", path.toString(), e.getMessage() + "; choose another one");
    }
  }

  private static void discard(List<CaptureRing> rings, PcapngFile file, Path path) {
    try {
      for (CaptureRing ring : rings) {
        ring.close();
      }
      if (file != null) {
        file.close();
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void forgetOldest() {
    List<Integer> over = new ArrayList<>();
    captures.forEach((number, capture) -> {
      if (capture.isOver()) {
        over.add(number);
      }
    });
    over.stream().limit(Math.max(0, over.size() - MAX_ENDED)).forEach(captures::remove);
  }

  /**
   * Ends a capture, unless it has ended.
   *
   * @throws StatusRuntimeException if nobody remembers it
   */
  public CaptureStatus stop(int number) {
    Capture capture;
    synchronized (this) {
      capture = captures.get(number);
    }
    if (capture == null) {
      throw refusal(
          Status.NOT_FOUND,
          "number",
          Integer.toUnsignedString(number),
          "there is no such capture; heddle capture list lists all");
    }
    capture.end("stopped");
    return capture.status();
  }

  public synchronized List<CaptureStatus> list() {
    return captures.values().stream().map(Capture::status).toList();
  }

  /** Ends all captures. */
  @Override
  public synchronized void close() {
    captures.values().forEach(capture -> capture.end("the daemon ended"));
  }

  private static StatusRuntimeException invalid(String field, String value, String remedy) {
    return refusal(Status.INVALID_ARGUMENT, field, value, remedy);
  }

  private static StatusRuntimeException refusal(
      Status status, String field, String value, String remedy) {
    return Refusal.of(status, "capture", field, value, remedy);
  }
}
