package dev.heddle.port.memif.channel;

import dev.heddle.port.memif.LinkFault;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A memif interface as operators see it, at one moment.
 *
 * @param config as added
 * @param isConnected whether workers may poll its rings
 * @param peerInstance what the peer calls itself, empty while unknown; printable ASCII
 * @param peerInterface what the peer calls its interface, likewise
 * @param receiveRingSizes descriptors of each ring we take packets from
 * @param transmitRingSizes descriptors of each ring we give packets to
 * @param regionBytes size of each shared region
 * @param lastReason why the last connection ended, or was not made; empty while none did
 * @param connects how often it became connected
 * @param disconnects how often it ceased to be
 * @param refusals how often a peer was turned away or cut off, by reason
 * @param faults how often a worker had the peer cut off, by reason
 */
public record MemifStatus(
    MemifConfig config,
    boolean isConnected,
    String peerInstance,
    String peerInterface,
    List<Integer> receiveRingSizes,
    List<Integer> transmitRingSizes,
    List<Long> regionBytes,
    String lastReason,
    long connects,
    long disconnects,
    Map<LinkRefusal, Long> refusals,
    Map<LinkFault, Long> faults) {
  public MemifStatus {
    receiveRingSizes = List.copyOf(receiveRingSizes);
    transmitRingSizes = List.copyOf(transmitRingSizes);
    regionBytes = List.copyOf(regionBytes);
    refusals = Collections.unmodifiableMap(new EnumMap<>(refusals));
    faults = Collections.unmodifiableMap(new EnumMap<>(faults));
  }
}
