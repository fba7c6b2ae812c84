package dev.heddle.port.memif.channel;

import java.util.ArrayDeque;
import java.util.Queue;

/** A connection that we made to a server: offers our memory piece by piece. */
final class ClientSession extends Session {
  private final ClientConnector connector;
  private final MemifConfig config;
  private final Queue<ControlSocket.Parcel> unsent = new ArrayDeque<>();
  private RegionLayout layout;
  private OwnMemory memory;
  private boolean isAllSent;

  ClientSession(
      ControlContext context,
      ControlSocket socket,
      MemifInterface memifInterface,
      ClientConnector connector) {
    super(context, socket, memifInterface);
    this.connector = connector;
    this.config = memifInterface.config();
    bind(memifInterface, "");
  }

  @Override
  void handle(ControlMessage message, int fd) throws RefusedException, PeerGoneException {
    requireNoFd(fd);
    switch (message) {
      case ControlMessage.Hello hello when layout == null -> introduceOurselves(hello);
      case ControlMessage.Ack _ when layout != null && !isAllSent -> sendNext();
      case ControlMessage.Connected connected when isAllSent && !isConnected() ->
          up(memory.link(config, context().loop()::wake), connected.interfaceName());
      default -> throw misplaced(message);
    }
  }

  private void introduceOurselves(ControlMessage.Hello hello)
      throws RefusedException, PeerGoneException {
    if (hello.minVersion() > ControlMessage.VERSION
        || hello.maxVersion() < ControlMessage.VERSION) {
      throw new RefusedException(
          LinkRefusal.VERSION,
          "memif versions " + hello.minVersion() + " to " + hello.maxVersion() + " unsupported");
    }
    if (hello.maxLog2RingSize() < MemifMemory.MIN_LOG2_RING_SIZE) {
      throw new RefusedException(
          LinkRefusal.RING_SIZE, "log2 ring size " + hello.maxLog2RingSize() + " is too small");
    }
    bind(memifInterface(), hello.instanceName());
    layout = fitting(hello);
    send(
        new ControlMessage.Init(
            ControlMessage.VERSION,
            config.id(),
            config.mode().wireValue(),
            config.secret().orElse(MemifSecret.NONE),
            context().instanceName()));
  }

  /** What we are configured for, cut down to what the server accepts. */
  private RegionLayout fitting(ControlMessage.Hello hello) {
    return new RegionLayout(
        Math.min(config.transmitQueues(), hello.maxClientToServerRingIndex() + 1),
        Math.min(config.receiveQueues(), hello.maxServerToClientRingIndex() + 1),
        Math.min(config.memory().log2RingSize(), hello.maxLog2RingSize()),
        config.memory().bufferBytes());
  }

  /** The server accepted the last message; memory is spent once it has accepted us. */
  private void sendNext() throws RefusedException, PeerGoneException {
    if (memory == null) {
      memory = OwnMemory.create(layout);
      unsent.addAll(memory.messages());
      unsent.add(
          new ControlSocket.Parcel(new ControlMessage.Connect(config.name()), ControlSocket.NO_FD));
    }
    send(unsent.remove());
    isAllSent = unsent.isEmpty();
  }

  @Override
  void releaseHandshake() {
    if (memory != null) {
      memory.close();
    }
  }

  @Override
  void onEnded() {
    connector.sessionEnded();
  }
}
