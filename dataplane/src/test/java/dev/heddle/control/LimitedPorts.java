package dev.heddle.control;

import dev.heddle.model.Endpoint;
import dev.heddle.model.KernelDevice;
import dev.heddle.model.Uplink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Real ports, but those of uplinks do not carry packets of any size, as those of devices do not.
 */
final class LimitedPorts implements Ports {
  private static final int MAX_MTU_BYTES = 9000;

  private final Ports ports;
  private final Map<Integer, String> names = new HashMap<>();
  private final List<String> resized = new ArrayList<>();

  LimitedPorts(Ports ports) {
    this.ports = ports;
  }

  /** Name and new MTU each time since this was asked last. */
  synchronized List<String> resized() {
    List<String> since = List.copyOf(resized);
    resized.clear();
    return since;
  }

  @Override
  public int capacity() {
    return ports.capacity();
  }

  @Override
  public void open(int interfaceIndex, Endpoint endpoint, KernelDevice device) {
    ports.open(interfaceIndex, endpoint, device);
  }

  @Override
  public void restore(int interfaceIndex, Endpoint endpoint, KernelDevice device) {
    ports.restore(interfaceIndex, endpoint, device);
  }

  @Override
  public void change(int interfaceIndex, KernelDevice device) {
    ports.change(interfaceIndex, device);
  }

  @Override
  public void abandon(int interfaceIndex) {
    ports.abandon(interfaceIndex);
  }

  @Override
  public boolean isConnected(int interfaceIndex) {
    return ports.isConnected(interfaceIndex);
  }

  @Override
  public void close(int interfaceIndex) {
    ports.close(interfaceIndex);
  }

  @Override
  public long openUplink(int interfaceIndex, Uplink uplink) {
    names.put(interfaceIndex, uplink.name().isEmpty() ? "uplink" : "uplink:" + uplink.name());
    return ports.openUplink(interfaceIndex, uplink);
  }

  @Override
  public synchronized void resizeUplink(int interfaceIndex, int mtuBytes) {
    if (mtuBytes > MAX_MTU_BYTES) {
      throw new PortException(
          "mtu",
          Integer.toString(mtuBytes),
          "this port carries at most " + MAX_MTU_BYTES + "; give no more",
          null);
    }
    ports.resizeUplink(interfaceIndex, mtuBytes);
    resized.add(names.get(interfaceIndex) + " " + mtuBytes);
  }

  @Override
  public void closeUplink(int interfaceIndex) {
    ports.closeUplink(interfaceIndex);
  }

  @Override
  public MemifPortStatus memifStatus(int interfaceIndex) {
    return ports.memifStatus(interfaceIndex);
  }

  @Override
  public UplinkPortStatus uplinkStatus(int interfaceIndex) {
    return ports.uplinkStatus(interfaceIndex);
  }
}
