package dev.heddle.ffi.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.heddle.ffi.dpdk.generated.Dpdk;
import dev.heddle.ffi.dpdk.generated.rte_eth_dev_info;
import dev.heddle.ffi.dpdk.generated.rte_eth_fp_ops;
import dev.heddle.ffi.dpdk.generated.rte_eth_link;
import dev.heddle.ffi.dpdk.generated.rte_eth_stats;
import dev.heddle.ffi.dpdk.generated.rte_ethdev_qdata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A network device that DPDK drives.
 *
 * <p>The methods are for one thread at a time, which need not be registered with DPDK. Packets pass
 * through {@link #receiver} and {@link #transmitter}.
 */
public final class EthPort implements AutoCloseable {
  /** The field link_status, of one bit: its place behind link_speed, and the bit. */
  static final long LINK_FLAGS_OFFSET = rte_eth_link.link_speed$offset() + 4;

  static final int LINK_UP_BIT = 1 << 2;

  private final String name;
  private final short id;
  private boolean isStarted;

  private EthPort(String name, short id) {
    this.name = name;
    this.id = id;
  }

  /**
   * Takes a device over.
   *
   * @param deviceArguments a PCI address such as {@code 0000:03:00.0} or the name of a virtual
   *     device, and what its driver is to know: {@code net_af_packet0,iface=eth1}
   * @throws DpdkException if there is no such device or driver, or it is taken over already
   */
  public static EthPort attach(String deviceArguments) {
    int comma = deviceArguments.indexOf(',');
    String name = comma < 0 ? deviceArguments : deviceArguments.substring(0, comma);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment id = arena.allocate(JAVA_SHORT);
      MemorySegment named = arena.allocateFrom(name);
      String attempted = "attach the device " + deviceArguments;
      if (Dpdk.rte_eth_dev_get_port_by_name(named, id) == 0) {
        throw new DpdkException(attempted + ": it is in use already");
      }
      Calls.checked(Dpdk.rte_dev_probe(arena.allocateFrom(deviceArguments)), attempted);
      Calls.checked(Dpdk.rte_eth_dev_get_port_by_name(named, id), attempted);
      return new EthPort(name, id.get(JAVA_SHORT, 0));
    }
  }

  /** The device's name, without its arguments. */
  public String name() {
    return name;
  }

  /** What the device can do. */
  public DeviceInfo info() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = info(arena);
      return new DeviceInfo(
          Calls.text(rte_eth_dev_info.driver_name(info)),
          Short.toUnsignedInt(rte_eth_dev_info.max_rx_queues(info)),
          Short.toUnsignedInt(rte_eth_dev_info.max_tx_queues(info)));
    }
  }

  private MemorySegment info(Arena arena) {
    MemorySegment info = rte_eth_dev_info.allocate(arena);
    check(Dpdk.rte_eth_dev_info_get(id, info), "describe itself");
    return info;
  }

  /**
   * Configures a stopped port.
   *
   * @throws DpdkException where the device cannot do that
   */
  public void configure(PortSetup setup) {
    try (Arena arena = Arena.ofConfined()) {
      setup.apply(this, info(arena), arena);
    }
  }

  short id() {
    return id;
  }

  /** Lets packets pass. */
  public void start() {
    check(Dpdk.rte_eth_dev_start(id), "start");
    isStarted = true;
  }

  /** Lets no packet pass; receivers and transmitters must not be used any more. */
  public void stop() {
    isStarted = false;
    check(Dpdk.rte_eth_dev_stop(id), "stop");
  }

  /** A receive queue of the started port. */
  public RxBurst receiver(int queue) {
    MemorySegment functions = Dpdk.rte_eth_fp_ops(id);
    return new RxBurst(
        rte_eth_fp_ops.rx_pkt_burst(functions), data(rte_eth_fp_ops.rxq(functions), queue));
  }

  /** A transmit queue of the started port. */
  public TxBurst transmitter(int queue) {
    MemorySegment functions = Dpdk.rte_eth_fp_ops(id);
    return new TxBurst(
        rte_eth_fp_ops.tx_pkt_burst(functions), data(rte_eth_fp_ops.txq(functions), queue));
  }

  @SuppressWarnings("restricted")
  private static MemorySegment data(MemorySegment queues, int queue) {
    return rte_ethdev_qdata
        .data(queues)
        .reinterpret((queue + 1L) * ADDRESS.byteSize())
        .getAtIndex(ADDRESS, queue);
  }

  /** The MAC address, in the order of the wire. */
  public byte[] mac() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mac = arena.allocate(Dpdk.RTE_ETHER_ADDR_LEN());
      check(Dpdk.rte_eth_macaddr_get(id, mac), "tell its MAC address");
      return mac.toArray(JAVA_BYTE);
    }
  }

  /**
   * Changes the MAC address.
   *
   * @throws DpdkException where the driver cannot
   */
  public void setMac(byte[] mac) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, mac);
      check(Dpdk.rte_eth_dev_default_mac_addr_set(id, bytes), "change its MAC address");
    }
  }

  /** The largest IP packet in bytes. */
  public int mtu() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mtu = arena.allocate(JAVA_SHORT);
      check(Dpdk.rte_eth_dev_get_mtu(id, mtu), "tell its MTU");
      return Short.toUnsignedInt(mtu.get(JAVA_SHORT, 0));
    }
  }

  /**
   * Changes the MTU of a configured port.
   *
   * @return false where the driver knows of no MTU
   * @throws DpdkException where the device cannot have this one
   */
  public boolean setMtu(int bytes) {
    int result = Dpdk.rte_eth_dev_set_mtu(id, (short) bytes);
    if (result == -Calls.ENOTSUP) {
      return false;
    }
    check(result, "have an MTU of " + bytes);
    return true;
  }

  /** Whether the device takes frames for whomever. */
  public boolean isPromiscuous() {
    return check(Dpdk.rte_eth_promiscuous_get(id), "say whether it is promiscuous") != 0;
  }

  /**
   * Makes the device take frames for whomever, or not.
   *
   * @return false where the driver cannot be told so
   */
  public boolean setPromiscuous(boolean promiscuous) {
    int result =
        promiscuous ? Dpdk.rte_eth_promiscuous_enable(id) : Dpdk.rte_eth_promiscuous_disable(id);
    return result != -Calls.ENOTSUP && check(result, "change its promiscuous mode") == 0;
  }

  /**
   * Makes the device take frames for all groups.
   *
   * @return false where the driver cannot be told so
   */
  public boolean receiveAllMulticast() {
    int result = Dpdk.rte_eth_allmulticast_enable(id);
    return result != -Calls.ENOTSUP && check(result, "receive all multicast") == 0;
  }

  /** The state of the link at present; never waits for it. */
  public LinkState link() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment link = rte_eth_link.allocate(arena);
      check(Dpdk.rte_eth_link_get_nowait(id, link), "tell its link's state");
      boolean up = (link.get(JAVA_SHORT, LINK_FLAGS_OFFSET) & LINK_UP_BIT) != 0;
      int speed = rte_eth_link.link_speed(link);
      boolean isKnown = speed != Dpdk.RTE_ETH_SPEED_NUM_UNKNOWN();
      return new LinkState(up, isKnown ? Integer.toUnsignedLong(speed) : 0);
    }
  }

  /** The driver's counters. */
  public PortStatistics statistics() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stats = rte_eth_stats.allocate(arena);
      check(Dpdk.rte_eth_stats_get(id, stats), "tell its statistics");
      return new PortStatistics(
          rte_eth_stats.ipackets(stats),
          rte_eth_stats.ibytes(stats),
          rte_eth_stats.opackets(stats),
          rte_eth_stats.obytes(stats),
          rte_eth_stats.imissed(stats),
          rte_eth_stats.ierrors(stats),
          rte_eth_stats.oerrors(stats),
          rte_eth_stats.rx_nombuf(stats));
    }
  }

  int check(int result, String attempted) {
    return Calls.checked(result, "the device " + name + " cannot " + attempted);
  }

  /** Stops the port and gives the device back. */
  @Override
  public void close() {
    if (isStarted) {
      stop();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment device = rte_eth_dev_info.device(info(arena));
      check(Dpdk.rte_eth_dev_close(id), "be closed");
      check(Dpdk.rte_dev_remove(device), "be removed");
    }
  }
}
