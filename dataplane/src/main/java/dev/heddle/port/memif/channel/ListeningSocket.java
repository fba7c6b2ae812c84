package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.observe.EventCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket on which one or several server interfaces wait for their clients. Slows down peers that
 * connect too often, and bounds how many may be in the middle of a handshake.
 *
 * <p>The control thread's alone, but for {@link #status}.
 */
final class ListeningSocket implements RefusalCounter, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ListeningSocket.class);
  private static final long NOT_WATCHED = -1;

  /** How long not to accept when the process is out of descriptors or memory. */
  private static final long EXHAUSTED_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ControlContext context;
  private final MemifSocket name;
  private final SeqpacketSocket socket;
  private final Object fileKey;
  private final Disposal disposal = new Disposal();
  private final ConnectAllowance allowance;
  private final Map<Long, MemifInterface> interfaces = new TreeMap<>();
  private final Set<ServerSession> handshakes = new HashSet<>();
  private final LinkCounters counters;
  private EventLoop.Timer pause;
  private long watchId = NOT_WATCHED;
  private boolean isClosed;
  private volatile ListenerStatus status;

  private ListeningSocket(ControlContext context, MemifSocket name, SeqpacketSocket socket) {
    this.context = context;
    this.name = name;
    this.socket = socket;
    this.fileKey = fileKey(name);
    this.counters = new LinkCounters(context.events(), EventCounter.NO_INTERFACE);
    this.allowance = new ConnectAllowance(context.limits(), System.nanoTime());
    publish();
  }

  /**
   * Begins to listen.
   *
   * @throws MemifConfigException where the name cannot be had
   */
  static ListeningSocket open(ControlContext context, MemifSocket name) {
    ListeningSocket opened = new ListeningSocket(context, name, SocketNames.listen(name));
    opened.watch();
    return opened;
  }

  /** From any thread. */
  ListenerStatus status() {
    return status;
  }

  /** The interface that answers to this id, or null. */
  MemifInterface find(long id) {
    return interfaces.get(id);
  }

  void add(MemifInterface added) {
    interfaces.put(added.config().id(), added);
    allowance.addInterface();
    publish();
  }

  /** Takes the interface off and disconnects its peer. */
  void remove(MemifInterface removed) {
    interfaces.remove(removed.config().id());
    if (removed.session() != null) {
      removed.session().disconnect("interface removed");
    }
    publish();
  }

  boolean isUnused() {
    return interfaces.isEmpty();
  }

  /** The most that any interface here accepts; what each one does is checked when it is named. */
  ControlMessage.Hello hello() {
    int maxReceive = 1;
    int maxTransmit = 1;
    int maxLog2RingSize = MemifMemory.MIN_LOG2_RING_SIZE;
    for (MemifInterface candidate : interfaces.values()) {
      MemifConfig config = candidate.config();
      maxReceive = Math.max(maxReceive, config.receiveQueues());
      maxTransmit = Math.max(maxTransmit, config.transmitQueues());
      maxLog2RingSize = Math.max(maxLog2RingSize, config.memory().log2RingSize());
    }
    return new ControlMessage.Hello(
        context.instanceName(),
        ControlMessage.VERSION,
        ControlMessage.VERSION,
        PeerOffer.MAX_REGIONS - 1,
        maxTransmit - 1,
        maxReceive - 1,
        maxLog2RingSize);
  }

  /** The session is connected, or has ended. */
  void handshakeOver(ServerSession session) {
    if (handshakes.remove(session) && !isClosed) {
      watch();
    }
  }

  /** Where only one interface listens, there is no doubt whose peer it was. */
  @Override
  public void count(LinkRefusal refusal, String reason) {
    if (interfaces.size() == 1) {
      interfaces.values().iterator().next().count(refusal, reason);
    } else {
      counters.count(refusal);
      publish();
    }
  }

  private void onConnections() {
    try {
      while (mayAccept()) {
        SeqpacketSocket accepted = socket.accept();
        if (accepted == null) {
          return;
        }
        allowance.take();
        ServerSession session =
            new ServerSession(context, new ControlSocket(accepted, disposal), this);
        handshakes.add(session);
        session.greet();
      }
    } catch (LinuxException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("socket", name)
          .log("cannot accept on a memif socket, trying again soon");
      pause(EXHAUSTED_PAUSE_NS);
    }
  }

  /** If not, further connections stay in the kernel's queue for a while. */
  private boolean mayAccept() {
    if (handshakes.size() >= context.limits().maxHandshakes()) {
      count(LinkRefusal.TOO_MANY_HANDSHAKES, "too many unfinished handshakes");
      unwatch();
      return false;
    }
    if (!allowance.isLeft(interfaces.size(), System.nanoTime())) {
      count(LinkRefusal.CONNECT_STORM, "peers connect too often");
      pause(context.limits().connectIntervalNs() / interfaces.size());
      return false;
    }
    if (disposal.isBehind()) {
      pause(EXHAUSTED_PAUSE_NS);
      return false;
    }
    return true;
  }

  private void watch() {
    if (watchId == NOT_WATCHED && pause == null) {
      watchId = context.loop().watch(socket.fd(), happened -> onConnections());
    }
  }

  private void unwatch() {
    context.loop().unwatch(socket.fd(), watchId);
    watchId = NOT_WATCHED;
  }

  private void pause(long durationNs) {
    unwatch();
    pause =
        context
            .loop()
            .schedule(
                durationNs,
                () -> {
                  pause = null;
                  watch();
                });
  }

  @Override
  public void close() {
    isClosed = true;
    if (pause != null) {
      pause.cancel();
    }
    unwatch();
    // The file goes first: whoever finds it can still connect.
    deleteFile();
    discardWaiting();
    socket.close();
    for (ServerSession session : List.copyOf(handshakes)) {
      session.disconnect("socket closed");
    }
    disposal.close();
  }

  /**
   * Leaves as little as may be for the kernel to close with the socket itself, which must be closed
   * right here: its name has to be free when this returns.
   */
  private void discardWaiting() {
    try {
      for (int i = 0; i < SocketNames.BACKLOG; i++) {
        SeqpacketSocket waiting = socket.accept();
        if (waiting == null) {
          return;
        }
        disposal.run(waiting::close);
      }
    } catch (LinuxException e) {
      LOG.atWarn().setCause(e).addKeyValue("socket", name).log("cannot accept on a memif socket");
    }
  }

  /** Only the file we made: another process may have put its own in its place. */
  private void deleteFile() {
    if (fileKey == null || !fileKey.equals(fileKey(name))) {
      return;
    }
    try {
      Files.delete(Path.of(name.name()));
    } catch (IOException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("socket", name)
          .log("cannot remove a memif socket's file");
    }
  }

  private static Object fileKey(MemifSocket name) {
    if (name.isAbstract()) {
      return null;
    }
    try {
      return Files.readAttributes(
              Path.of(name.name()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  private void publish() {
    List<Integer> indexes = new ArrayList<>();
    interfaces.values().forEach(member -> indexes.add(member.config().interfaceIndex()));
    status = new ListenerStatus(name, indexes, counters.refusals());
  }
}
