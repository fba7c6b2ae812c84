package dev.heddle.control;

import dev.heddle.api.v1.MemifRing;
import dev.heddle.api.v1.MemifStatus;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Uplink;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Says what there is of memif interfaces, in the contract's messages. Which there are is of one
 * revision, how they are is as of when it is told.
 *
 * <p>Threading: {@link #all} while no update is under way.
 */
final class MemifViews {
  private final DesiredState state;
  private final TableCompiler compiler;
  private final Ports ports;
  private final LiveView live;

  MemifViews(DesiredState state, TableCompiler compiler, Ports ports, LiveView live) {
    this.state = state;
    this.compiler = compiler;
    this.ports = ports;
    this.live = live;
  }

  /** Those of endpoints by name, then those of uplinks. */
  Iterable<MemifStatus> all() {
    List<MemifStatus> ofUplinks = new ArrayList<>();
    for (Uplink uplink : state.uplinks().values()) {
      if (uplink.attachment() instanceof MemifAttachment memif) {
        int interfaceIndex = compiler.underlay().interfaceIndex(uplink.name());
        ofUplinks.add(
            status(interfaceIndex, memif, ports.memifStatus(interfaceIndex))
                .setUplink(uplink.name())
                .build());
      }
    }
    DesiredState then = state.share();
    return () ->
        Stream.concat(
                stream(
                    new LiveParts<>(
                        then.endpoints().values().stream()
                            .filter(endpoint -> endpoint.attachment() instanceof MemifAttachment)
                            .iterator(),
                        live,
                        endpoint -> status(endpoint, then.interfaceIndex(endpoint.name())))),
                ofUplinks.stream())
            .iterator();
  }

  private static <T> Stream<T> stream(Iterator<T> all) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(all, Spliterator.ORDERED), false);
  }

  private MemifStatus status(Endpoint endpoint, int interfaceIndex) {
    Endpoint now = state.endpoints().get(endpoint.name());
    boolean isThere =
        now != null
            && now.attachment().equals(endpoint.attachment())
            && state.interfaceIndex(endpoint.name()) == interfaceIndex;
    return status(
            interfaceIndex,
            (MemifAttachment) endpoint.attachment(),
            isThere ? ports.memifStatus(interfaceIndex) : MemifPortStatus.NONE)
        .setEndpoint(endpoint.name())
        .build();
  }

  private static MemifStatus.Builder status(
      int interfaceIndex, MemifAttachment memif, MemifPortStatus status) {
    return MemifStatus.newBuilder()
        .setInterfaceIndex(interfaceIndex)
        .setMemif(MemifReader.toMessage(memif))
        .setConnected(status.connected())
        .setPeer(status.peer())
        .setPeerInterface(status.peerInterface())
        .setLastReason(status.lastReason())
        .setConnects(status.connects())
        .setDisconnects(status.disconnects())
        .addAllRegionBytes(status.regionBytes())
        .addAllRings(status.rings().stream().map(MemifViews::ring).toList());
  }

  private static MemifRing ring(MemifPortStatus.Ring ring) {
    MemifRing.Builder message =
        MemifRing.newBuilder()
            .setReceive(ring.receive())
            .setQueue(ring.queue())
            .setSize(ring.size())
            .setHead(ring.head())
            .setTail(ring.tail())
            .setFree(ring.free())
            .setInterrupts(ring.interrupts())
            .setBufferBytes(ring.bufferBytes());
    if (ring.clientFills()) {
      message.setWaiting(ring.size() - ring.free());
    }
    return message.build();
  }
}
