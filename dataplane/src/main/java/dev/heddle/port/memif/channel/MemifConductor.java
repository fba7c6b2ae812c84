package dev.heddle.port.memif.channel;

import dev.heddle.observe.EventCounter;
import dev.heddle.port.memif.LinkOwner;
import dev.heddle.port.memif.RingStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects memif interfaces to their peers, on one thread of its own that sleeps in the kernel.
 *
 * <p>Its methods may be called from any thread but the one that it calls the {@link LinkOwner} on.
 * {@link #add} and {@link #remove} wait for that thread, and so for a {@code linkDown} that is
 * under way; what only reads waits for nothing.
 */
public final class MemifConductor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemifConductor.class);

  private final ControlContext context;
  private final AgentRunner runner;
  private final Map<Integer, MemifInterface> interfaces = new ConcurrentHashMap<>();
  private final Map<MemifSocket, ListeningSocket> listeners = new ConcurrentHashMap<>();
  private final Map<Integer, ClientConnector> connectors = new ConcurrentHashMap<>();

  private MemifConductor(
      LinkOwner owner, MemifLimits limits, String instanceName, EventCounter events) {
    EventLoop loop = new EventLoop("memif-control", this::checkFaults);
    context = new ControlContext(loop, owner, limits, instanceName, events);
    runner =
        new AgentRunner(
            NoOpIdleStrategy.INSTANCE,
            e -> LOG.error("memif control: the event loop failed", e),
            null,
            loop);
  }

  /**
   * Starts the control thread.
   *
   * @param owner gets the links
   * @param instanceName what peers are told that they talk to; at most 31 bytes of it travel
   * @param events counts {@link MemifEvents}, on the control thread; an interface must have its
   *     counters from before {@link #add} until after {@link #remove}
   */
  public static MemifConductor start(
      LinkOwner owner, MemifLimits limits, String instanceName, EventCounter events) {
    MemifConductor conductor = new MemifConductor(owner, limits, instanceName, events);
    AgentRunner.startOnThread(conductor.runner);
    return conductor;
  }

  /** The same without anybody who watches; each status still has its counters. */
  public static MemifConductor start(LinkOwner owner, MemifLimits limits, String instanceName) {
    return start(owner, limits, instanceName, (interfaceIndex, event) -> {});
  }

  /**
   * Adds an interface. A server listens when this returns; a client connects as soon as its server
   * is there.
   *
   * @throws MemifConfigException where it clashes with another or cannot listen; nothing is changed
   */
  public void add(MemifConfig config) {
    context
        .loop()
        .call(() -> {
          requireDistinct(config);
          MemifInterface added = new MemifInterface(config, context.events());
          if (config.role() == MemifRole.SERVER) {
            listeners
                .computeIfAbsent(config.socket(), name -> ListeningSocket.open(context, name))
                .add(added);
          } else {
            ClientConnector connector = new ClientConnector(context, added);
            connectors.put(config.interfaceIndex(), connector);
            connector.connect();
          }
          interfaces.put(config.interfaceIndex(), added);
          return null;
        });
  }

  /**
   * Removes an interface and disconnects its peer; when this returns, no memory of it is mapped.
   *
   * @return false where there is none with this index
   */
  public boolean remove(int interfaceIndex) {
    return context.loop().call(() -> removeNow(interfaceIndex));
  }

  /** An interface as it is now. */
  public Optional<MemifStatus> status(int interfaceIndex) {
    return Optional.ofNullable(interfaces.get(interfaceIndex)).map(MemifInterface::status);
  }

  /**
   * The rings of an interface's connection as they are now; none while it has no connection, or
   * where the peer took the memory away.
   */
  public List<RingStatus> rings(int interfaceIndex) {
    return Optional.ofNullable(interfaces.get(interfaceIndex))
        .map(MemifInterface::rings)
        .orElse(List.of());
  }

  /** All interfaces as they are now, by index. */
  public List<MemifStatus> statuses() {
    return interfaces.values().stream()
        .map(MemifInterface::status)
        .sorted(Comparator.comparingInt(status -> status.config().interfaceIndex()))
        .toList();
  }

  /** All listening sockets as they are now. */
  public List<ListenerStatus> listenerStatuses() {
    return listeners.values().stream()
        .map(ListeningSocket::status)
        .sorted(Comparator.comparing(status -> status.socket().toString()))
        .toList();
  }

  /** Removes all interfaces and ends the thread. */
  @Override
  public void close() {
    if (!runner.isClosed()) {
      context.loop().stop(() -> List.copyOf(interfaces.keySet()).forEach(this::removeNow));
      runner.close();
    }
  }

  private void checkFaults() {
    interfaces.values().forEach(MemifInterface::checkFault);
  }

  private boolean removeNow(int interfaceIndex) {
    MemifInterface removed = interfaces.remove(interfaceIndex);
    if (removed == null) {
      return false;
    }
    MemifSocket socket = removed.config().socket();
    if (removed.config().role() == MemifRole.CLIENT) {
      connectors.remove(interfaceIndex).close();
      return true;
    }
    ListeningSocket listener = listeners.get(socket);
    listener.remove(removed);
    if (listener.isUnused()) {
      listeners.remove(socket);
      listener.close();
    }
    return true;
  }

  private void requireDistinct(MemifConfig config) {
    if (interfaces.containsKey(config.interfaceIndex())) {
      throw new MemifConfigException(
          "interfaceIndex", config.interfaceIndex(), "is taken; remove that interface first");
    }
    for (MemifInterface other : interfaces.values()) {
      MemifConfig taken = other.config();
      if (taken.role() == config.role()
          && taken.id() == config.id()
          && taken.socket().equals(config.socket())) {
        throw new MemifConfigException(
            "id",
            config.id(),
            "is taken on socket " + config.socket() + " by " + taken.name() + "; choose another");
      }
    }
  }
}
