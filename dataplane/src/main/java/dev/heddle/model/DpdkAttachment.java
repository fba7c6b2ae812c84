package dev.heddle.model;

/**
 * A DPDK port.
 *
 * @param devargs the device as DPDK names it: a PCI address, or a virtual device with its arguments
 * @param queues receive and transmit queues each
 * @param promiscuous whether it takes in frames for any Ethernet address
 */
public record DpdkAttachment(String devargs, int queues, boolean promiscuous)
    implements UplinkAttachment {
  public static final int MAX_DEVARGS_CHARS = 512;
  public static final int MAX_QUEUES = 16;

  public DpdkAttachment {
    if (devargs.isEmpty() || devargs.length() > MAX_DEVARGS_CHARS) {
      throw new IllegalArgumentException("DPDK device arguments");
    }
    if (queues < 1 || queues > MAX_QUEUES) {
      throw new IllegalArgumentException("DPDK queues " + queues);
    }
  }

  @Override
  public String toString() {
    return "dpdk " + devargs;
  }
}
