package dev.heddle.port.memif.channel;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A listening socket as operators see it, at one moment.
 *
 * @param socket where it listens
 * @param interfaceIndexes the interfaces that share it
 * @param refusals peers turned away before they named an interface of several; where there is only
 *     one interface, it counts them itself
 */
public record ListenerStatus(
    MemifSocket socket, List<Integer> interfaceIndexes, Map<LinkRefusal, Long> refusals) {
  public ListenerStatus {
    interfaceIndexes = List.copyOf(interfaceIndexes);
    refusals = Collections.unmodifiableMap(new EnumMap<>(refusals));
  }
}
