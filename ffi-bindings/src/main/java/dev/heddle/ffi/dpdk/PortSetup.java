package dev.heddle.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.heddle.ffi.dpdk.generated.Dpdk;
import dev.heddle.ffi.dpdk.generated.rte_eth_conf;
import dev.heddle.ffi.dpdk.generated.rte_eth_dev_info;
import dev.heddle.ffi.dpdk.generated.rte_eth_rss_conf;
import dev.heddle.ffi.dpdk.generated.rte_eth_rxmode;
import dev.heddle.ffi.dpdk.generated.rte_eth_txconf;
import dev.heddle.ffi.dpdk.generated.rte_eth_txmode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How a port is to be configured.
 *
 * @param receiveQueues over which the device spreads flows, by addresses and UDP ports
 * @param transmitQueues transmit queues
 * @param descriptors of each queue; the device may have other limits, which then hold
 * @param mtu largest IP packet in bytes
 * @param pool has the buffers of all receive queues
 */
public record PortSetup(
    int receiveQueues, int transmitQueues, int descriptors, int mtu, Mempool pool) {

  void apply(EthPort port, MemorySegment info, Arena arena) {
    long sendOffloads =
        rte_eth_dev_info.tx_offload_capa(info) & Dpdk.RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE();
    MemorySegment configuration = rte_eth_conf.allocate(arena);
    rte_eth_rxmode.mtu(rte_eth_conf.rxmode(configuration), mtu);
    rte_eth_txmode.offloads(rte_eth_conf.txmode(configuration), sendOffloads);
    long spreadBy = spreadBy(rte_eth_dev_info.flow_type_rss_offloads(info));
    if (receiveQueues > 1 && spreadBy != 0) {
      rte_eth_rxmode.mq_mode(rte_eth_conf.rxmode(configuration), Dpdk.RTE_ETH_MQ_RX_RSS());
      MemorySegment advanced = rte_eth_conf.rx_adv_conf(configuration);
      rte_eth_rss_conf.rss_hf(rte_eth_conf.rx_adv_conf.rss_conf(advanced), spreadBy);
    }
    port.check(
        Dpdk.rte_eth_dev_configure(
            port.id(), (short) receiveQueues, (short) transmitQueues, configuration),
        "have %d receive and %d transmit queues".formatted(receiveQueues, transmitQueues));
    setUpQueues(port, info, sendOffloads, arena);
  }

  private static long spreadBy(long possible) {
    return possible
        & (Dpdk.RTE_ETH_RSS_IP()
            | Dpdk.RTE_ETH_RSS_NONFRAG_IPV4_UDP()
            | Dpdk.RTE_ETH_RSS_NONFRAG_IPV6_UDP());
  }

  private void setUpQueues(EthPort port, MemorySegment info, long sendOffloads, Arena arena) {
    MemorySegment received = arena.allocateFrom(JAVA_SHORT, (short) descriptors);
    MemorySegment sent = arena.allocateFrom(JAVA_SHORT, (short) descriptors);
    port.check(
        Dpdk.rte_eth_dev_adjust_nb_rx_tx_desc(port.id(), received, sent),
        "have queues of " + descriptors + " descriptors");
    int socket = Dpdk.rte_eth_dev_socket_id(port.id());
    for (short queue = 0; queue < receiveQueues; queue++) {
      port.check(
          Dpdk.rte_eth_rx_queue_setup(
              port.id(),
              queue,
              received.get(JAVA_SHORT, 0),
              socket,
              MemorySegment.NULL,
              pool.segment()),
          "set up receive queue " + queue);
    }
    MemorySegment transmit = rte_eth_dev_info.default_txconf(info);
    rte_eth_txconf.offloads(transmit, sendOffloads);
    for (short queue = 0; queue < transmitQueues; queue++) {
      port.check(
          Dpdk.rte_eth_tx_queue_setup(port.id(), queue, sent.get(JAVA_SHORT, 0), socket, transmit),
          "set up transmit queue " + queue);
    }
  }
}
