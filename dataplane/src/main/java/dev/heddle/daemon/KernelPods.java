package dev.heddle.daemon;

import dev.heddle.model.KernelDevice;
import dev.heddle.observe.EventCounter;
import dev.heddle.observe.PodEvent;
import dev.heddle.port.PortOwner;
import dev.heddle.port.tap.TapPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel interfaces of pods. Methods may be called by any thread that is no worker.
 *
 * <p>When the daemon ends, the devices stay, so that its next run takes them over and the pods'
 * connections live on.
 */
public final class KernelPods implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelPods.class);

  private record Pod(PodDevice device, TapPort port) {
    boolean isPresent(boolean lookAtNamespace) {
      return !port.isLost() && (!lookAtNamespace || device.isPresent());
    }
  }

  /** So that a thousand pods cost no more than a thousandth of a processor. */
  private static final int WATCHES_A_NAMESPACE = 4;

  private final PortOwner owner;
  private final EventCounter events;
  private final Map<Integer, Pod> pods = new HashMap<>();
  private int watches;

  /**
   * @param owner uses the ports
   * @param events counts for each interface that its pod is lost
   */
  public KernelPods(PortOwner owner, EventCounter events) {
    this.owner = owner;
    this.events = events;
  }

  /**
   * Makes a pod's device, or takes it over from an earlier run, and gives it to the workers.
   *
   * @throws dev.heddle.control.PortException if that is not possible; nothing of it stays
   */
  synchronized void open(int interfaceIndex, KernelDevice wanted) {
    PodDevice device = PodDevice.open(wanted);
    Runnable whenLost = () -> {}; // what watch() sees soon enough
    Pod pod = new Pod(device, new TapPort(interfaceIndex, device.tun(), whenLost));
    pods.put(interfaceIndex, pod);
    try {
      owner.attach(pod.port);
    } catch (RuntimeException e) {
      abandon(interfaceIndex);
      throw e;
    }
  }

  /**
   * Makes a device what it shall be from now on, if the pod is still there.
   *
   * @throws dev.heddle.control.PortException if that is not possible; it stays as it was
   */
  synchronized void change(int interfaceIndex, KernelDevice wanted) {
    Pod pod = pods.get(interfaceIndex);
    if (pod != null) {
      pod.device.change(wanted);
    }
  }

  /** Takes a device from the workers and removes it, if the pod is still there. */
  synchronized void close(int interfaceIndex) {
    Pod pod = take(interfaceIndex);
    if (pod != null) {
      pod.device.remove();
    }
  }

  /** Takes a device from the workers; it is removed unless an earlier run had made it. */
  synchronized void abandon(int interfaceIndex) {
    Pod pod = take(interfaceIndex);
    if (pod != null && pod.device.isAdopted()) {
      pod.device.release();
    } else if (pod != null) {
      pod.device.remove();
    }
  }

  private Pod take(int interfaceIndex) {
    Pod pod = pods.remove(interfaceIndex);
    if (pod != null) {
      owner.detach(interfaceIndex);
    }
    return pod;
  }

  /**
   * Looks whether all pods are still there and lets go of those that are not; to be called once a
   * second. Looks at the namespaces of a part of them each time.
   */
  public synchronized void watch() {
    watches++;
    for (int interfaceIndex : List.copyOf(pods.keySet())) {
      Pod pod = pods.get(interfaceIndex);
      if (!pod.isPresent((interfaceIndex + watches) % WATCHES_A_NAMESPACE == 0)) {
        LOG.atInfo()
            .addKeyValue("endpoint", pod.device.settings().endpoint())
            .addKeyValue("attachment", pod.device.settings().attachment())
            .log("a pod is gone, or its interface");
        close(interfaceIndex);
        events.count(interfaceIndex, PodEvent.LOST);
      }
    }
  }

  /** Whether the pod with this interface is there, as far as has been seen. */
  synchronized boolean has(int interfaceIndex) {
    return pods.containsKey(interfaceIndex);
  }

  /** Lets go of all devices, which stay. */
  @Override
  public synchronized void close() {
    for (int interfaceIndex : List.copyOf(pods.keySet())) {
      take(interfaceIndex).device.release();
    }
  }
}
