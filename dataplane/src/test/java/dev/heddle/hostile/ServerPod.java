package dev.heddle.hostile;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.SharedMapping;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A pod in the server's role: it listens, and all memory is the daemon's. */
final class ServerPod extends Pod {
  private static final int MOST_RINGS_INDEX = 0;
  private static final int MOST_REGIONS_INDEX = 7;

  private static final int TO_DAEMON = 0;
  private static final int FROM_DAEMON = 1;

  private final ControlLine control;
  private final List<SharedMapping> regions;
  private final WireRing toDaemon;
  private final WireRing fromDaemon;
  private final int toDaemonEvent;
  private final int fromDaemonEvent;
  private final byte[] introduction;
  private int sendIndex;
  private int receiveIndex;

  private ServerPod(
      ControlLine control,
      List<SharedMapping> regions,
      WireRing toDaemon,
      WireRing fromDaemon,
      int[] events,
      byte[] introduction) {
    this.control = control;
    this.regions = regions;
    this.toDaemon = toDaemon;
    this.fromDaemon = fromDaemon;
    this.toDaemonEvent = events[TO_DAEMON];
    this.fromDaemonEvent = events[FROM_DAEMON];
    this.introduction = introduction;
  }

  /** Waits for the daemon to connect, and accepts whatever it shares. */
  static ServerPod accept(SeqpacketSocket listener) {
    ControlLine control = ControlLine.accept(listener);
    control.send(greeting());
    return accept(control, control.expect(ControlWire.INIT));
  }

  /** What a server says first. */
  static byte[] greeting() {
    return ControlWire.hello(
        MOST_REGIONS_INDEX, MOST_RINGS_INDEX, MOST_RINGS_INDEX, PodMemory.LOG2_RING_SIZE);
  }

  private static ServerPod accept(ControlLine control, byte[] introduction) {
    List<SharedMapping> regions = new ArrayList<>();
    WireRing[] rings = new WireRing[2];
    int[] events = new int[2];
    int type;
    do {
      control.send(ControlWire.ack());
      byte[] message = control.next();
      type = ControlWire.type(message);
      switch (type) {
        case ControlWire.ADD_REGION ->
            regions.add(
                SharedMapping.of(
                    control.receivedFds().getLast(), ControlWire.regionBytes(message)));
        case ControlWire.ADD_RING -> {
          int direction = ControlWire.isRingToServer(message) ? FROM_DAEMON : TO_DAEMON;
          rings[direction] = ring(regions, message);
          events[direction] = control.receivedFds().getLast();
        }
        default -> assertThat(type).isEqualTo(ControlWire.CONNECT);
      }
    } while (type != ControlWire.CONNECT);
    control.send(ControlWire.connected());
    rings[FROM_DAEMON].maskInterrupt(true);
    return new ServerPod(
        control, regions, rings[TO_DAEMON], rings[FROM_DAEMON], events, introduction);
  }

  private static WireRing ring(List<SharedMapping> regions, byte[] message) {
    return new WireRing(
        regions.get(ControlWire.ringRegion(message)).segment(),
        ControlWire.ringOffset(message),
        ControlWire.ringLog2Size(message));
  }

  /** The ring whose head the daemon moves to offer buffers; our tail fills them. */
  @Override
  WireRing toDaemon() {
    return toDaemon;
  }

  /** The ring whose head the daemon moves to send; our tail gives buffers back. */
  @Override
  WireRing fromDaemon() {
    return fromDaemon;
  }

  @Override
  SharedMapping region(int index) {
    return regions.get(index);
  }

  /** The INIT message with which the daemon said who it is. */
  byte[] introduction() {
    return introduction;
  }

  @Override
  int fromDaemonEvent() {
    return fromDaemonEvent;
  }

  @Override
  ControlLine control() {
    return control;
  }

  @Override
  int receiveIndex() {
    return receiveIndex;
  }

  @Override
  int sendIndex() {
    return sendIndex;
  }

  @Override
  void publish(int descriptors) {
    sendIndex += descriptors;
    toDaemon.setTail(sendIndex);
    if (toDaemon.wantsInterrupt()) {
      EventFd.signal(toDaemonEvent);
    }
  }

  @Override
  void fill(int ahead, byte[] frame) {
    int index = sendIndex + ahead;
    MemorySegment region = regions.get(toDaemon.region(index)).segment();
    long offset = toDaemon.offset(index);
    MemorySegment.copy(MemorySegment.ofArray(frame), 0, region, offset, frame.length);
    toDaemon.describe(index, 0, toDaemon.region(index), frame.length, (int) offset);
  }

  @Override
  int room() {
    return toDaemon.between();
  }

  @Override
  boolean hasFrame() {
    return (receiveIndex & 0xffff) != fromDaemon.head();
  }

  @Override
  byte[] take() {
    int index = receiveIndex++;
    MemorySegment region = regions.get(fromDaemon.region(index)).segment();
    byte[] bytes =
        region.asSlice(fromDaemon.offset(index), fromDaemon.length(index)).toArray(JAVA_BYTE);
    fromDaemon.setTail(receiveIndex);
    return bytes;
  }

  /** The daemon has offered a fresh buffer for every one that was filled. */
  @Override
  boolean isAllTaken() {
    return toDaemon.between() == toDaemon.slots();
  }

  @Override
  public void close() {
    control.close();
    regions.forEach(SharedMapping::close);
  }
}
