package dev.heddle.control;

import dev.heddle.api.v1.MemifRing;
import dev.heddle.api.v1.MemifStatus;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Uplink;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what there is of memif interfaces, in the contract's messages.
 *
 * <p>Threading: while no update is under way.
 */
final class MemifViews {
  private final DesiredState state;
  private final TableCompiler compiler;
  private final Ports ports;

  MemifViews(DesiredState state, TableCompiler compiler, Ports ports) {
    this.state = state;
    this.compiler = compiler;
    this.ports = ports;
  }

  /** Those of endpoints by name, then those of uplinks. */
  List<MemifStatus> all() {
    List<MemifStatus> all = new ArrayList<>();
    for (Endpoint endpoint : state.endpoints().values()) {
      if (endpoint.attachment() instanceof MemifAttachment memif) {
        int interfaceIndex = compiler.interfaceIndex(endpoint.name());
        all.add(status(interfaceIndex, memif).setEndpoint(endpoint.name()).build());
      }
    }
    for (Uplink uplink : state.uplinks().values()) {
      if (uplink.attachment() instanceof MemifAttachment memif) {
        int interfaceIndex = compiler.underlay().interfaceIndex(uplink.name());
        all.add(status(interfaceIndex, memif).setUplink(uplink.name()).build());
      }
    }
    return all;
  }

  private MemifStatus.Builder status(int interfaceIndex, MemifAttachment memif) {
    MemifPortStatus status = ports.memifStatus(interfaceIndex);
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
