package dev.heddle.daemon.trace;

import dev.heddle.daemon.InterfaceWatcher;
import dev.heddle.daemon.Refusal;
import io.grpc.Status;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The names of interfaces, for sentences about packets. Any thread may call the methods. */
public final class TracedInterfaces implements InterfaceWatcher, TraceText.Names {
  private static final long NS_PER_SECOND = 1_000_000_000;

  private final Map<Integer, Interface> interfaces = new ConcurrentHashMap<>();

  private record Interface(String name, String network, boolean ipMode, long sinceNs) {}

  @Override
  public void opened(int interfaceIndex, String name, String network, boolean ipMode) {
    Instant now = Instant.now();
    long nowNs = now.getEpochSecond() * NS_PER_SECOND + now.getNano();
    interfaces.put(interfaceIndex, new Interface(name, network, ipMode, nowNs));
  }

  @Override
  public void closed(int interfaceIndex) {
    interfaces.remove(interfaceIndex);
  }

  @Override
  public String of(int interfaceIndex, long timeNs) {
    Interface found = interfaces.get(interfaceIndex);
    if (found == null || timeNs < found.sinceNs()) {
      return "interface " + interfaceIndex + " (removed since)";
    }
    return found.network().isEmpty()
        ? found.name()
        : found.name() + " (network " + found.network() + ")";
  }

  @Override
  public boolean isIpMode(int interfaceIndex) {
    Interface found = interfaces.get(interfaceIndex);
    return found != null && found.ipMode();
  }

  /** Index of the interface of this name. */
  int find(String request, String name) {
    return interfaces.entrySet().stream()
        .filter(entry -> entry.getValue().name().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() ->
            Refusal.of(
                Status.NOT_FOUND,
                request,
                "interface",
                name,
                "there is no such interface; heddle show interface lists all"));
  }
}
