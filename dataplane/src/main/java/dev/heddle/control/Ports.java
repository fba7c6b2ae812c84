package dev.heddle.control;

import dev.heddle.model.Endpoint;
import dev.heddle.model.KernelDevice;
import dev.heddle.model.Uplink;

/** The doors that pods and tunnels come through. Called by one thread at a time. */
public interface Ports {
  /**
   * How many endpoints there may be. There may be {@link Uplink#MAX_UPLINKS} uplinks besides;
   * interface indexes are below the sum of both.
   */
  int capacity();

  /**
   * Opens an endpoint's port. Nothing passes before tables with the endpoint are published.
   *
   * @param device what its kernel interface shall be like; null where it has none
   * @throws PortException if that is not possible; nothing of it stays
   */
  void open(int interfaceIndex, Endpoint endpoint, KernelDevice device);

  /**
   * Opens the port of an endpoint that an earlier run had. Where that is not possible, because its
   * pod has gone meanwhile, it is like an endpoint whose pod is lost.
   */
  void restore(int interfaceIndex, Endpoint endpoint, KernelDevice device);

  /**
   * Makes an open kernel interface of a pod what it shall be like from now on.
   *
   * @throws PortException if that is not possible; it stays as it was
   */
  void change(int interfaceIndex, KernelDevice device);

  /** Undoes {@link #open}: what was there before stays, such as a device of an earlier run. */
  void abandon(int interfaceIndex);

  /** Closes a port; tables without its endpoint have been published. */
  void close(int interfaceIndex);

  /**
   * Opens an uplink's port. Nothing passes before tables with the uplink are published.
   *
   * @return its Ethernet address in the low 48 bits, the first byte on the wire lowest: the one
   *     that was asked for, or the device's own
   * @throws PortException if that is not possible; nothing of it stays
   */
  long openUplink(int interfaceIndex, Uplink uplink);

  /**
   * Lets an open uplink's port carry IP packets of another size.
   *
   * @throws PortException if the device cannot do that; it stays as it was
   */
  void resizeUplink(int interfaceIndex, int mtuBytes);

  /** Closes a port; tables without its uplink have been published, or it never was in any. */
  void closeUplink(int interfaceIndex);

  /** Whether a pod is there at an endpoint's port. */
  boolean isConnected(int interfaceIndex);

  /** The memif interface of an endpoint or uplink as it is now. */
  MemifPortStatus memifStatus(int interfaceIndex);

  /** An open uplink's port as it is now. */
  UplinkPortStatus uplinkStatus(int interfaceIndex);
}
