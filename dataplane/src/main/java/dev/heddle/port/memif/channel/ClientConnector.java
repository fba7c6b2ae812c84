package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.SeqpacketSocket;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a client interface connected: tries until a server answers, and again when the connection
 * ends, at first at once and then less and less often.
 */
final class ClientConnector implements AutoCloseable {
  /** A connection that lasted this long was a good one, after which trying starts afresh. */
  private static final long GOOD_CONNECTION_NS = TimeUnit.SECONDS.toNanos(1);

  private final ControlContext context;
  private final MemifInterface memifInterface;
  private final Disposal disposal = new Disposal();
  private ClientSession session;
  private EventLoop.Timer retry;
  private long retryDelayNs;
  private long connectedAtNs;
  private boolean isClosed;

  ClientConnector(ControlContext context, MemifInterface memifInterface) {
    this.context = context;
    this.memifInterface = memifInterface;
    this.retryDelayNs = context.limits().firstRetryNs();
  }

  void connect() {
    if (disposal.isBehind()) {
      retryLater();
      return;
    }
    try {
      SeqpacketSocket socket = SocketNames.connect(memifInterface.config().socket());
      connectedAtNs = System.nanoTime();
      session =
          new ClientSession(context, new ControlSocket(socket, disposal), memifInterface, this);
    } catch (LinuxException e) {
      memifInterface.unreachable(e.getMessage());
      retryLater();
    }
  }

  void sessionEnded() {
    session = null;
    if (isClosed) {
      return;
    }
    if (System.nanoTime() - connectedAtNs > GOOD_CONNECTION_NS) {
      retryDelayNs = context.limits().firstRetryNs();
    }
    retryLater();
  }

  private void retryLater() {
    retry = context.loop().schedule(retryDelayNs, this::connect);
    retryDelayNs = Math.min(2 * retryDelayNs, context.limits().maxRetryNs());
  }

  @Override
  public void close() {
    isClosed = true;
    if (retry != null) {
      retry.cancel();
    }
    if (session != null) {
      session.disconnect("interface removed");
    }
    disposal.close();
  }
}
