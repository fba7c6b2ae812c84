package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;

/** A connection to one of our listening sockets. Nothing of the peer is believed. */
final class ServerSession extends Session {
  private final ListeningSocket listener;
  private PeerOffer offer;

  ServerSession(ControlContext context, ControlSocket socket, ListeningSocket listener) {
    super(context, socket, listener);
    this.listener = listener;
  }

  /** The server speaks first. */
  void greet() {
    try {
      send(listener.hello());
    } catch (RefusedException e) {
      refuse(e);
    } catch (PeerGoneException e) {
      end(e.getMessage());
    }
  }

  @Override
  void handle(ControlMessage message, int fd) throws RefusedException, PeerGoneException {
    switch (message) {
      case ControlMessage.Init init when memifInterface() == null -> {
        requireNoFd(fd);
        identify(init);
        send(new ControlMessage.Ack());
      }
      case ControlMessage.AddRegion region when isOffering() -> {
        requireFd(fd);
        offer.addRegion(region, SharedFile.inspect(fd));
        acknowledge();
      }
      case ControlMessage.AddRing ring when isOffering() -> {
        requireFd(fd);
        if (!EventFd.isEventFd(fd)) {
          throw new RefusedException(LinkRefusal.RING_INTERRUPT, "interrupt is no eventfd");
        }
        offer.addRing(ring, fd);
        acknowledge();
      }
      case ControlMessage.Connect connect when isOffering() -> {
        requireNoFd(fd);
        connect(connect);
      }
      default -> throw misplaced(message);
    }
  }

  private boolean isOffering() {
    return offer != null;
  }

  private void identify(ControlMessage.Init init) throws RefusedException {
    if (init.version() != ControlMessage.VERSION) {
      throw new RefusedException(
          LinkRefusal.VERSION, "memif version " + init.version() + " unsupported");
    }
    MemifInterface wanted = listener.find(init.id());
    if (wanted == null) {
      throw new RefusedException(LinkRefusal.UNKNOWN_ID, "no interface with id " + init.id());
    }
    countAt(wanted);
    if (wanted.session() != null) {
      throw new RefusedException(LinkRefusal.ALREADY_CONNECTED, "already connected");
    }
    PeerOffer.requireFitting(init, wanted.config());
    bind(wanted, init.instanceName());
    offer = new PeerOffer(wanted.config());
  }

  /** The offer owns the descriptor now, so nothing may be thrown that would close it again. */
  private void acknowledge() {
    try {
      send(new ControlMessage.Ack());
    } catch (RefusedException e) {
      refuse(e);
    } catch (PeerGoneException e) {
      end(e.getMessage());
    }
  }

  private void connect(ControlMessage.Connect connect) throws RefusedException, PeerGoneException {
    MemifConfig config = memifInterface().config();
    offer.requireComplete();
    ConnectedLink link = PeerMemory.link(config, offer, context().loop()::wake);
    offer = null;
    try {
      send(new ControlMessage.Connected(config.name()));
    } catch (RefusedException | PeerGoneException e) {
      link.close();
      throw e;
    }
    listener.handshakeOver(this);
    up(link, connect.interfaceName());
  }

  @Override
  void releaseHandshake() {
    if (offer != null) {
      offer.descriptors().forEach(FileDescriptors::close);
      offer = null;
    }
  }

  @Override
  void onEnded() {
    listener.handshakeOver(this);
  }
}
