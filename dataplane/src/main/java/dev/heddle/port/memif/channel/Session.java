package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.LinuxException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its first message to its end, in either role. What the roles have in common:
 * time limit, refusals, and the order in which a connection is taken apart.
 */
abstract class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final long NO_ERROR_CODE = 0;

  private final ControlContext context;
  private final ControlSocket socket;
  private final long watchId;
  private final EventLoop.Timer timeout;
  private RefusalCounter refusalCounter;
  private MemifInterface memifInterface;
  private ConnectedLink link;
  private boolean isEnded;

  /**
   * @param refusalCounter where refusals count until {@link #countAt} says otherwise
   */
  Session(ControlContext context, ControlSocket socket, RefusalCounter refusalCounter) {
    this.context = context;
    this.socket = socket;
    this.refusalCounter = refusalCounter;
    this.watchId = context.loop().watch(socket.fd(), happened -> onReadable());
    this.timeout = context.loop().schedule(context.limits().handshakeTimeoutNs(), this::onTimeout);
  }

  /**
   * Handles a message.
   *
   * @param fd came with it, or {@link ControlSocket#NO_FD}; closed by the caller where this throws
   */
  abstract void handle(ControlMessage message, int fd) throws RefusedException, PeerGoneException;

  /** Gives back what the handshake collected and no link has taken over. */
  abstract void releaseHandshake();

  /** Runs when all is taken apart. */
  abstract void onEnded();

  final ControlContext context() {
    return context;
  }

  final boolean isConnected() {
    return link != null && !isEnded;
  }

  final MemifInterface memifInterface() {
    return memifInterface;
  }

  final void countAt(RefusalCounter counter) {
    refusalCounter = counter;
  }

  /** This session is the interface's from now on. */
  final void bind(MemifInterface bound, String peerInstance) {
    memifInterface = bound;
    refusalCounter = bound;
    bound.begin(this, peerInstance);
  }

  final void send(ControlMessage message) throws RefusedException, PeerGoneException {
    socket.send(message, ControlSocket.NO_FD);
  }

  final void send(ControlSocket.Parcel parcel) throws RefusedException, PeerGoneException {
    socket.send(parcel.message(), parcel.fd());
  }

  /** The handshake is complete: the workers may have the link. */
  final void up(ConnectedLink established, String peerInterface) {
    timeout.cancel();
    link = established;
    memifInterface.connected(established, peerInterface);
    LOG.atInfo()
        .addKeyValue("interface", memifInterface.config().name())
        .addKeyValue("peer", peerInterface)
        .log("memif connected");
    try {
      context.owner().linkUp(established);
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("interface", memifInterface.config().name())
          .log("the workers did not take the link of a memif");
      disconnect("no worker takes packets");
    }
  }

  /** Ends the connection from our side, and tells the peer why. */
  final void disconnect(String reason) {
    socket.sendLast(new ControlMessage.Disconnect(NO_ERROR_CODE, reason));
    end(reason);
  }

  final void refuse(RefusedException refused) {
    refusalCounter.count(refused.refusal(), refused.getMessage());
    disconnect(refused.getMessage());
  }

  /**
   * Takes the connection apart: first the workers leave the memory, then it is unmapped, then the
   * next connection may come.
   */
  final void end(String reason) {
    if (isEnded) {
      return;
    }
    isEnded = true;
    timeout.cancel();
    context.loop().unwatch(socket.fd(), watchId);
    socket.close();
    if (link != null) {
      takeDown(link);
    }
    releaseHandshake();
    if (memifInterface != null) {
      LOG.atInfo()
          .addKeyValue("interface", memifInterface.config().name())
          .addKeyValue("reason", reason)
          .log("memif disconnected");
      memifInterface.ended(reason);
    }
    onEnded();
  }

  private void takeDown(ConnectedLink ended) {
    try {
      context.owner().linkDown(ended);
      ended.close();
    } catch (RuntimeException e) {
      // Workers may still touch the memory: rather lose it than unmap it under them.
      LOG.atError()
          .setCause(e)
          .addKeyValue("interface", memifInterface.config().name())
          .log("a memif link's memory is left mapped");
    }
  }

  private void onReadable() {
    try {
      ControlSocket.Parcel parcel = socket.receive();
      if (parcel != null) {
        take(parcel);
      }
    } catch (RefusedException e) {
      refuse(e);
    } catch (PeerGoneException e) {
      end(e.getMessage());
    } catch (LinuxException e) {
      LOG.warn("memif: a connection could not be served", e);
      disconnect(e.getMessage());
    }
  }

  private void take(ControlSocket.Parcel parcel) throws RefusedException, PeerGoneException {
    boolean isTaken = false;
    try {
      if (parcel.message() instanceof ControlMessage.Disconnect farewell) {
        requireNoFd(parcel.fd());
        end("peer: " + farewell.reason());
      } else {
        handle(parcel.message(), parcel.fd());
      }
      isTaken = true;
    } finally {
      if (!isTaken) {
        socket.discard(parcel.fd());
      }
    }
  }

  static void requireNoFd(int fd) throws RefusedException {
    if (fd != ControlSocket.NO_FD) {
      throw new RefusedException(
          LinkRefusal.DESCRIPTOR_EXTRA, "message with a file descriptor it does not need");
    }
  }

  static void requireFd(int fd) throws RefusedException {
    if (fd == ControlSocket.NO_FD) {
      throw new RefusedException(
          LinkRefusal.DESCRIPTOR_MISSING, "message without the file descriptor it needs");
    }
  }

  /** For what is left over of a message switch. */
  static RefusedException misplaced(ControlMessage message) {
    return message instanceof ControlMessage.Unknown unknown
        ? new RefusedException(LinkRefusal.MESSAGE_TYPE, "unknown message type " + unknown.type())
        : new RefusedException(
            LinkRefusal.MESSAGE_ORDER, "unexpected message " + message.getClass().getSimpleName());
  }

  private void onTimeout() {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(context.limits().handshakeTimeoutNs());
    refuse(
        new RefusedException(
            LinkRefusal.HANDSHAKE_TIMEOUT, "handshake not finished within " + seconds + " s"));
  }
}
