package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.SharedMapping;
import dev.heddle.memory.Memory;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.RingStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The mapped regions, rings and interrupts of one connection. Owns them until closed. */
final class ConnectedLink implements MemifLink, AutoCloseable {
  private final MemifConfig config;
  private final List<SharedMapping> regions;
  private final long[] regionAddresses;
  private final long[] regionBytes;
  private final Ring[] receiveRings;
  private final Ring[] transmitRings;
  private final Runnable wakeControl;
  private final AtomicReference<LinkFault> fault = new AtomicReference<>();
  private boolean isClosed;

  /**
   * @param wakeControl makes the control thread look at {@link #fault}; may run on any thread
   */
  ConnectedLink(
      MemifConfig config,
      List<SharedMapping> regions,
      List<Ring> receiveRings,
      List<Ring> transmitRings,
      Runnable wakeControl) {
    this.config = config;
    this.regions = List.copyOf(regions);
    this.regionAddresses = regions.stream().mapToLong(SharedMapping::address).toArray();
    this.regionBytes = regions.stream().mapToLong(SharedMapping::bytes).toArray();
    this.receiveRings = receiveRings.toArray(Ring[]::new);
    this.transmitRings = transmitRings.toArray(Ring[]::new);
    this.wakeControl = wakeControl;
  }

  @Override
  public int interfaceIndex() {
    return config.interfaceIndex();
  }

  @Override
  public boolean server() {
    return config.role() == MemifRole.SERVER;
  }

  @Override
  public boolean ipMode() {
    return config.mode() == MemifMode.IP;
  }

  @Override
  public long[] regionAddresses() {
    return regionAddresses;
  }

  @Override
  public long[] regionBytes() {
    return regionBytes;
  }

  @Override
  public Ring[] receiveRings() {
    return receiveRings;
  }

  @Override
  public Ring[] transmitRings() {
    return transmitRings;
  }

  /** Only the first fault counts and wakes, however often a worker comes across it. */
  @Override
  public void fail(LinkFault cause) {
    if (fault.compareAndSet(null, cause)) {
      wakeControl.run();
    }
  }

  /** Why a worker wants the peer cut off, or null. */
  LinkFault fault() {
    return fault.get();
  }

  /**
   * What the rings say of themselves now, from any thread; none once the link is closed, or where
   * the peer took the memory away.
   */
  synchronized List<RingStatus> ringStatuses() {
    if (isClosed) {
      return List.of();
    }
    try {
      List<RingStatus> statuses = new ArrayList<>();
      for (int queue = 0; queue < receiveRings.length; queue++) {
        statuses.add(RingStatus.of(receiveRings[queue], server(), true, queue));
      }
      for (int queue = 0; queue < transmitRings.length; queue++) {
        statuses.add(RingStatus.of(transmitRings[queue], server(), false, queue));
      }
      Memory.raiseFaults();
      return statuses;
    } catch (InternalError e) {
      // How the JVM tells that memory went away; a worker comes across it, too, and cuts the peer
      // off.
      return List.of();
    }
  }

  /** To be called once no worker touches the memory any more. */
  @Override
  public synchronized void close() {
    isClosed = true;
    regions.forEach(SharedMapping::close);
    for (Ring[] rings : List.of(receiveRings, transmitRings)) {
      for (Ring ring : rings) {
        FileDescriptors.close(ring.eventFd());
      }
    }
  }
}
