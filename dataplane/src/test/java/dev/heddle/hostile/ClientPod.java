package dev.heddle.hostile;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.SharedMapping;
import dev.heddle.ffi.linux.UnixAddress;

/** A pod in the client's role: all memory is its own, and the daemon listens. */
final class ClientPod extends Pod {
  private static final String NO_SECRET = "";

  private final PodMemory memory;
  private final ControlLine control;
  private int sendIndex;
  private int receiveIndex;

  private ClientPod(PodMemory memory, ControlLine control) {
    this.memory = memory;
    this.control = control;
  }

  /** Connects by the book; buffers to receive into are offered. */
  static ClientPod connect(UnixAddress daemon, long id) {
    return connect(daemon, id, new PodMemory());
  }

  /** As {@link #connect(UnixAddress, long)}, for packets without Ethernet headers. */
  static ClientPod connectInIpMode(UnixAddress daemon, long id) {
    return connect(daemon, id, ControlWire.MODE_IP, NO_SECRET);
  }

  /** As {@link #connect(UnixAddress, long)}, with packets as {@code mode} says. */
  static ClientPod connect(UnixAddress daemon, long id, int mode, String secret) {
    return connect(daemon, id, new PodMemory(), mode, secret);
  }

  static ClientPod connect(UnixAddress daemon, long id, PodMemory memory) {
    return connect(daemon, id, memory, ControlWire.MODE_ETHERNET, NO_SECRET);
  }

  private static ClientPod connect(
      UnixAddress daemon, long id, PodMemory memory, int mode, String secret) {
    ControlLine control = ControlLine.to(daemon);
    introduce(control, id, mode, secret);
    share(control, memory);
    control.send(ControlWire.connect());
    control.expect(ControlWire.CONNECTED);
    ClientPod pod = new ClientPod(memory, control);
    pod.offerAll();
    return pod;
  }

  /** The handshake up to the acknowledged INIT. */
  static void introduce(ControlLine control, long id) {
    introduce(control, id, ControlWire.MODE_ETHERNET, NO_SECRET);
  }

  private static void introduce(ControlLine control, long id, int mode, String secret) {
    control.expect(ControlWire.HELLO);
    control.send(ControlWire.init(ControlWire.VERSION, id, mode, secret));
    control.expect(ControlWire.ACK);
  }

  /** The handshake's part that shares region and rings. */
  static void share(ControlLine control, PodMemory memory) {
    control.send(ControlWire.addRegion(0, PodMemory.BYTES), memory.memfd());
    control.expect(ControlWire.ACK);
    shareRing(control, memory, true);
    control.expect(ControlWire.ACK);
    shareRing(control, memory, false);
    control.expect(ControlWire.ACK);
  }

  static void shareRing(ControlLine control, PodMemory memory, boolean toDaemon) {
    control.send(
        ControlWire.addRing(
            toDaemon,
            0,
            0,
            toDaemon ? PodMemory.TO_DAEMON_RING_OFFSET : PodMemory.FROM_DAEMON_RING_OFFSET,
            PodMemory.LOG2_RING_SIZE,
            0),
        toDaemon ? memory.toDaemonEvent() : memory.fromDaemonEvent());
  }

  private void offerAll() {
    for (int index = 0; index < PodMemory.SLOTS; index++) {
      offer(index);
    }
    fromDaemon().setHead(PodMemory.SLOTS);
  }

  private void offer(int index) {
    fromDaemon().describe(index, 0, 0, PodMemory.BUFFER_BYTES, PodMemory.fromDaemonOffset(index));
  }

  PodMemory memory() {
    return memory;
  }

  @Override
  WireRing toDaemon() {
    return memory.toDaemon();
  }

  @Override
  WireRing fromDaemon() {
    return memory.fromDaemon();
  }

  @Override
  SharedMapping region(int index) {
    return memory.mapping();
  }

  @Override
  int fromDaemonEvent() {
    return memory.fromDaemonEvent();
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
    toDaemon().setHead(sendIndex);
    if (toDaemon().wantsInterrupt()) {
      EventFd.signal(memory.toDaemonEvent());
    }
  }

  @Override
  void fill(int ahead, byte[] frame) {
    int index = sendIndex + ahead;
    int offset = PodMemory.toDaemonOffset(index);
    memory.write(offset, frame);
    toDaemon().describe(index, 0, 0, frame.length, offset);
  }

  @Override
  int room() {
    return PodMemory.SLOTS - toDaemon().between();
  }

  @Override
  boolean hasFrame() {
    return (receiveIndex & 0xffff) != fromDaemon().tail();
  }

  @Override
  byte[] take() {
    int index = receiveIndex++;
    byte[] bytes = memory.read(fromDaemon().offset(index), fromDaemon().length(index));
    offer(index + PodMemory.SLOTS);
    fromDaemon().setHead(index + 1 + PodMemory.SLOTS);
    return bytes;
  }

  @Override
  boolean isAllTaken() {
    return toDaemon().between() == 0;
  }

  @Override
  public void close() {
    control.close();
    memory.close();
  }
}
