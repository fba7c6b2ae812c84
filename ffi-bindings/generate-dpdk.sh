#!/bin/sh
# Generates the Java layouts, functions and constants of DPDK with the jextract on PATH.
#
# The result is committed, since jextract is in no package registry. Generate again on Debian 12
# with libdpdk-dev (x86-64) whenever something is added below. DpdkLayoutTest compares what comes
# out with the installed headers.
set -eu
cd "$(dirname "$0")"

package=dev.heddle.ffi.dpdk.generated
directory=src/generated/java/dev/heddle/ffi/dpdk/generated
libraries="librte_eal.so.23 librte_mempool.so.23 librte_mbuf.so.23 librte_ethdev.so.23"
functions="
  rte_version rte_eal_init rte_strerror rte_thread_register rte_thread_unregister
  rte_dev_probe rte_dev_remove
  rte_eth_dev_get_port_by_name rte_eth_dev_info_get rte_eth_dev_socket_id
  rte_eth_dev_configure rte_eth_dev_adjust_nb_rx_tx_desc
  rte_eth_rx_queue_setup rte_eth_tx_queue_setup
  rte_eth_dev_set_mtu rte_eth_dev_get_mtu rte_eth_macaddr_get rte_eth_dev_default_mac_addr_set
  rte_eth_promiscuous_enable rte_eth_promiscuous_disable rte_eth_promiscuous_get
  rte_eth_allmulticast_enable
  rte_eth_dev_start rte_eth_dev_stop rte_eth_dev_close
  rte_eth_link_get_nowait rte_eth_stats_get
  rte_pktmbuf_pool_create rte_pktmbuf_free_bulk rte_mempool_free rte_mempool_avail_count"
typedefs="eth_rx_burst_t eth_tx_burst_t rte_mempool_dequeue_t rte_spinlock_t"
variables="rte_eth_fp_ops rte_mempool_ops_table"
constants="
  RTE_VER_YEAR RTE_VER_MONTH RTE_MAX_ETHPORTS RTE_PKTMBUF_HEADROOM RTE_ETHER_ADDR_LEN
  RTE_MEMPOOL_CACHE_MAX_SIZE RTE_ETH_MQ_RX_RSS RTE_ETH_RSS_IP
  RTE_ETH_RSS_NONFRAG_IPV4_UDP RTE_ETH_RSS_NONFRAG_IPV6_UDP
  RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE RTE_ETH_SPEED_NUM_UNKNOWN"

# Those that are used, and those that their layouts consist of.
structs="
  rte_mbuf rte_mempool rte_mempool_cache rte_mempool_ops rte_mempool_ops_table
  rte_eth_fp_ops rte_ethdev_qdata rte_eth_dev_info rte_eth_conf rte_eth_rxmode rte_eth_txmode
  rte_eth_rss_conf rte_eth_txconf rte_eth_link rte_eth_stats rte_ether_addr
  rte_eth_rxconf rte_eth_thresh rte_eth_desc_lim rte_eth_dev_portconf rte_eth_rxseg_capa
  rte_eth_switch_info rte_eth_vmdq_dcb_conf rte_eth_dcb_rx_conf rte_eth_vmdq_rx_conf
  rte_eth_vmdq_dcb_tx_conf rte_eth_dcb_tx_conf rte_eth_vmdq_tx_conf rte_eth_intr_conf
  rte_mbuf_sched rte_mempool_objhdr_list rte_mempool_memhdr_list"

includes() {
  kind=$1
  shift
  for name in "$@"; do
    printf -- '--include-%s %s ' "$kind" "$name"
  done
}

libraries() {
  for name in "$@"; do
    printf -- '--library :%s ' "$name"
  done
}

rm -rf "$directory"
# shellcheck disable=SC2046,SC2086 # the lists are meant to be split
jextract --output src/generated/java --target-package "$package" --header-class-name Dpdk \
  --include-dir /usr/include/dpdk --include-dir /usr/include/x86_64-linux-gnu/dpdk \
  $(libraries $libraries) $(includes function $functions) $(includes var $variables) \
  $(includes typedef $typedefs) $(includes struct $structs) $(includes constant $constants) src/generated/dpdk.h

# The generated code calls restricted methods of java.lang.foreign, on which our build is strict.
find "$directory" -name '*.java' -exec \
  sed -i -E 's/^public (final )?class/@SuppressWarnings({"restricted", "unused"})\n&/' {} +
