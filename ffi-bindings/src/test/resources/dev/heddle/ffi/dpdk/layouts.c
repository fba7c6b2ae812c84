/*
 * Prints what the C compiler knows of every struct, constant, function and variable of DPDK that the
 * generated Java code contains; DpdkLayoutTest compares. One fact in a line.
 */
#include "dpdk.h"

#include <stdio.h>

#define SIZE(type, java) printf("size %s %zu\n", #java, sizeof(type))
#define OFFSET(type, java, field) printf("offset %s %s %zu\n", #java, #field, offsetof(type, field))
#define CONSTANT(name) printf("constant %s %lld\n", #name, (long long)(name))

/* A field of a struct without a name within another one. */
#define NESTED(type, java, outer, field)                             \
  printf("nested %s %s %s %zu\n", #java, #outer, #field,            \
         offsetof(type, outer.field) - offsetof(type, outer))

/* How a value of a type is passed: v(oid), b(yte), h(alf word), i(nt), l(ong) or p(ointer). */
#define KIND(type)                                                         \
  _Generic((type *)0, void *: "v", char *: "b", int8_t *: "b",             \
           uint8_t *: "b", int16_t *: "h", uint16_t *: "h", int32_t *: "i",\
           uint32_t *: "i", int64_t *: "l", uint64_t *: "l", default: "p")

#define KINDS1(a) KIND(a)
#define KINDS2(a, b) KIND(a), KIND(b)
#define KINDS3(a, ...) KIND(a), KINDS2(__VA_ARGS__)
#define KINDS4(a, ...) KIND(a), KINDS3(__VA_ARGS__)
#define KINDS5(a, ...) KIND(a), KINDS4(__VA_ARGS__)
#define KINDS6(a, ...) KIND(a), KINDS5(__VA_ARGS__)
#define SELECT(a, b, c, d, e, f, kinds, ...) kinds
#define KINDS(...) \
  SELECT(__VA_ARGS__, KINDS6, KINDS5, KINDS4, KINDS3, KINDS2, KINDS1)(__VA_ARGS__)

#define SAME(expression, ...)                                                       \
  _Static_assert(__builtin_types_compatible_p(__typeof__(expression), __VA_ARGS__), \
                 #expression " is declared otherwise")

#define SIGNATURE(name, result, ...)                                \
  do {                                                              \
    const char *kinds[] = {KINDS(__VA_ARGS__), NULL};               \
    printf("signature %s ", #name);                                 \
    for (const char **kind = kinds; *kind != NULL; kind++) {        \
      printf("%s", *kind);                                          \
    }                                                               \
    printf(" %s\n", KIND(result));                                  \
  } while (0)

#define FUNCTION(name, result, ...)      \
  SAME(name, result(__VA_ARGS__));       \
  SIGNATURE(name, result, __VA_ARGS__)

#define FUNCTION_WITHOUT_ARGUMENTS(name, result) \
  SAME(name, result(void));                      \
  printf("signature %s - %s\n", #name, KIND(result))

#define CALLBACK(name, result, ...)                \
  SAME((name)0, result (*)(__VA_ARGS__));          \
  SIGNATURE(name, result, __VA_ARGS__)

#define VARIABLE(name, ...) \
  SAME(name, __VA_ARGS__);  \
  printf("variable %s %zu\n", #name, sizeof(name))

static void link_state(void) {
  struct rte_eth_link link;
  memset(&link, 0, sizeof(link));
  link.link_status = RTE_ETH_LINK_UP;
  for (size_t i = 0; i < sizeof(link); i++) {
    unsigned char byte = ((unsigned char *)&link)[i];
    if (byte != 0) {
      printf("link_status %zu %d\n", i, byte);
    }
  }
}

int main(void) {
  SIZE(struct rte_eth_conf, rte_eth_conf);
  OFFSET(struct rte_eth_conf, rte_eth_conf, link_speeds);
  OFFSET(struct rte_eth_conf, rte_eth_conf, rxmode);
  OFFSET(struct rte_eth_conf, rte_eth_conf, txmode);
  OFFSET(struct rte_eth_conf, rte_eth_conf, lpbk_mode);
  OFFSET(struct rte_eth_conf, rte_eth_conf, rx_adv_conf);
  OFFSET(struct rte_eth_conf, rte_eth_conf, tx_adv_conf);
  OFFSET(struct rte_eth_conf, rte_eth_conf, dcb_capability_en);
  OFFSET(struct rte_eth_conf, rte_eth_conf, intr_conf);

  SIZE(struct rte_eth_dcb_rx_conf, rte_eth_dcb_rx_conf);
  OFFSET(struct rte_eth_dcb_rx_conf, rte_eth_dcb_rx_conf, nb_tcs);
  OFFSET(struct rte_eth_dcb_rx_conf, rte_eth_dcb_rx_conf, dcb_tc);

  SIZE(struct rte_eth_dcb_tx_conf, rte_eth_dcb_tx_conf);
  OFFSET(struct rte_eth_dcb_tx_conf, rte_eth_dcb_tx_conf, nb_tcs);
  OFFSET(struct rte_eth_dcb_tx_conf, rte_eth_dcb_tx_conf, dcb_tc);

  SIZE(struct rte_eth_desc_lim, rte_eth_desc_lim);
  OFFSET(struct rte_eth_desc_lim, rte_eth_desc_lim, nb_max);
  OFFSET(struct rte_eth_desc_lim, rte_eth_desc_lim, nb_min);
  OFFSET(struct rte_eth_desc_lim, rte_eth_desc_lim, nb_align);
  OFFSET(struct rte_eth_desc_lim, rte_eth_desc_lim, nb_seg_max);
  OFFSET(struct rte_eth_desc_lim, rte_eth_desc_lim, nb_mtu_seg_max);

  SIZE(struct rte_eth_dev_info, rte_eth_dev_info);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, device);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, driver_name);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, if_index);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, min_mtu);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_mtu);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, dev_flags);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, min_rx_bufsize);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_rx_pktlen);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_lro_pkt_size);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_rx_queues);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_tx_queues);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_mac_addrs);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_hash_mac_addrs);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_vfs);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_vmdq_pools);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, rx_seg_capa);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, rx_offload_capa);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, tx_offload_capa);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, rx_queue_offload_capa);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, tx_queue_offload_capa);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, reta_size);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, hash_key_size);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, flow_type_rss_offloads);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, default_rxconf);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, default_txconf);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, vmdq_queue_base);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, vmdq_queue_num);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, vmdq_pool_base);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, rx_desc_lim);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, tx_desc_lim);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, speed_capa);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, nb_rx_queues);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, nb_tx_queues);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, max_rx_mempools);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, default_rxportconf);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, default_txportconf);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, dev_capa);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, switch_info);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, err_handle_mode);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, reserved_64s);
  OFFSET(struct rte_eth_dev_info, rte_eth_dev_info, reserved_ptrs);

  SIZE(struct rte_eth_dev_portconf, rte_eth_dev_portconf);
  OFFSET(struct rte_eth_dev_portconf, rte_eth_dev_portconf, burst_size);
  OFFSET(struct rte_eth_dev_portconf, rte_eth_dev_portconf, ring_size);
  OFFSET(struct rte_eth_dev_portconf, rte_eth_dev_portconf, nb_queues);

  SIZE(struct rte_eth_fp_ops, rte_eth_fp_ops);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, rx_pkt_burst);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, rx_queue_count);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, rx_descriptor_status);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, rxq);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, reserved1);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, tx_pkt_burst);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, tx_pkt_prepare);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, tx_descriptor_status);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, txq);
  OFFSET(struct rte_eth_fp_ops, rte_eth_fp_ops, reserved2);

  SIZE(struct rte_eth_intr_conf, rte_eth_intr_conf);

  SIZE(struct rte_eth_link, rte_eth_link);
  OFFSET(struct rte_eth_link, rte_eth_link, link_speed);

  SIZE(struct rte_eth_rss_conf, rte_eth_rss_conf);
  OFFSET(struct rte_eth_rss_conf, rte_eth_rss_conf, rss_key);
  OFFSET(struct rte_eth_rss_conf, rte_eth_rss_conf, rss_key_len);
  OFFSET(struct rte_eth_rss_conf, rte_eth_rss_conf, rss_hf);

  SIZE(struct rte_eth_rxconf, rte_eth_rxconf);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_thresh);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_free_thresh);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_drop_en);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_deferred_start);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_nseg);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, share_group);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, share_qid);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, offloads);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_seg);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_mempools);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, rx_nmempool);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, reserved_64s);
  OFFSET(struct rte_eth_rxconf, rte_eth_rxconf, reserved_ptrs);

  SIZE(struct rte_eth_rxmode, rte_eth_rxmode);
  OFFSET(struct rte_eth_rxmode, rte_eth_rxmode, mq_mode);
  OFFSET(struct rte_eth_rxmode, rte_eth_rxmode, mtu);
  OFFSET(struct rte_eth_rxmode, rte_eth_rxmode, max_lro_pkt_size);
  OFFSET(struct rte_eth_rxmode, rte_eth_rxmode, offloads);
  OFFSET(struct rte_eth_rxmode, rte_eth_rxmode, reserved_64s);
  OFFSET(struct rte_eth_rxmode, rte_eth_rxmode, reserved_ptrs);

  SIZE(struct rte_eth_rxseg_capa, rte_eth_rxseg_capa);
  OFFSET(struct rte_eth_rxseg_capa, rte_eth_rxseg_capa, max_nseg);
  OFFSET(struct rte_eth_rxseg_capa, rte_eth_rxseg_capa, reserved);

  SIZE(struct rte_eth_stats, rte_eth_stats);
  OFFSET(struct rte_eth_stats, rte_eth_stats, ipackets);
  OFFSET(struct rte_eth_stats, rte_eth_stats, opackets);
  OFFSET(struct rte_eth_stats, rte_eth_stats, ibytes);
  OFFSET(struct rte_eth_stats, rte_eth_stats, obytes);
  OFFSET(struct rte_eth_stats, rte_eth_stats, imissed);
  OFFSET(struct rte_eth_stats, rte_eth_stats, ierrors);
  OFFSET(struct rte_eth_stats, rte_eth_stats, oerrors);
  OFFSET(struct rte_eth_stats, rte_eth_stats, rx_nombuf);
  OFFSET(struct rte_eth_stats, rte_eth_stats, q_ipackets);
  OFFSET(struct rte_eth_stats, rte_eth_stats, q_opackets);
  OFFSET(struct rte_eth_stats, rte_eth_stats, q_ibytes);
  OFFSET(struct rte_eth_stats, rte_eth_stats, q_obytes);
  OFFSET(struct rte_eth_stats, rte_eth_stats, q_errors);

  SIZE(struct rte_eth_switch_info, rte_eth_switch_info);
  OFFSET(struct rte_eth_switch_info, rte_eth_switch_info, name);
  OFFSET(struct rte_eth_switch_info, rte_eth_switch_info, domain_id);
  OFFSET(struct rte_eth_switch_info, rte_eth_switch_info, port_id);
  OFFSET(struct rte_eth_switch_info, rte_eth_switch_info, rx_domain);

  SIZE(struct rte_eth_thresh, rte_eth_thresh);
  OFFSET(struct rte_eth_thresh, rte_eth_thresh, pthresh);
  OFFSET(struct rte_eth_thresh, rte_eth_thresh, hthresh);
  OFFSET(struct rte_eth_thresh, rte_eth_thresh, wthresh);

  SIZE(struct rte_eth_txconf, rte_eth_txconf);
  OFFSET(struct rte_eth_txconf, rte_eth_txconf, tx_thresh);
  OFFSET(struct rte_eth_txconf, rte_eth_txconf, tx_rs_thresh);
  OFFSET(struct rte_eth_txconf, rte_eth_txconf, tx_free_thresh);
  OFFSET(struct rte_eth_txconf, rte_eth_txconf, tx_deferred_start);
  OFFSET(struct rte_eth_txconf, rte_eth_txconf, offloads);
  OFFSET(struct rte_eth_txconf, rte_eth_txconf, reserved_64s);
  OFFSET(struct rte_eth_txconf, rte_eth_txconf, reserved_ptrs);

  SIZE(struct rte_eth_txmode, rte_eth_txmode);
  OFFSET(struct rte_eth_txmode, rte_eth_txmode, mq_mode);
  OFFSET(struct rte_eth_txmode, rte_eth_txmode, offloads);
  OFFSET(struct rte_eth_txmode, rte_eth_txmode, pvid);
  OFFSET(struct rte_eth_txmode, rte_eth_txmode, reserved_64s);
  OFFSET(struct rte_eth_txmode, rte_eth_txmode, reserved_ptrs);

  SIZE(struct rte_eth_vmdq_dcb_conf, rte_eth_vmdq_dcb_conf);
  OFFSET(struct rte_eth_vmdq_dcb_conf, rte_eth_vmdq_dcb_conf, nb_queue_pools);
  OFFSET(struct rte_eth_vmdq_dcb_conf, rte_eth_vmdq_dcb_conf, enable_default_pool);
  OFFSET(struct rte_eth_vmdq_dcb_conf, rte_eth_vmdq_dcb_conf, default_pool);
  OFFSET(struct rte_eth_vmdq_dcb_conf, rte_eth_vmdq_dcb_conf, nb_pool_maps);
  OFFSET(struct rte_eth_vmdq_dcb_conf, rte_eth_vmdq_dcb_conf, pool_map);
  OFFSET(struct rte_eth_vmdq_dcb_conf, rte_eth_vmdq_dcb_conf, dcb_tc);

  SIZE(struct rte_eth_vmdq_dcb_tx_conf, rte_eth_vmdq_dcb_tx_conf);
  OFFSET(struct rte_eth_vmdq_dcb_tx_conf, rte_eth_vmdq_dcb_tx_conf, nb_queue_pools);
  OFFSET(struct rte_eth_vmdq_dcb_tx_conf, rte_eth_vmdq_dcb_tx_conf, dcb_tc);

  SIZE(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf);
  OFFSET(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf, nb_queue_pools);
  OFFSET(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf, enable_default_pool);
  OFFSET(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf, default_pool);
  OFFSET(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf, enable_loop_back);
  OFFSET(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf, nb_pool_maps);
  OFFSET(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf, rx_mode);
  OFFSET(struct rte_eth_vmdq_rx_conf, rte_eth_vmdq_rx_conf, pool_map);

  SIZE(struct rte_eth_vmdq_tx_conf, rte_eth_vmdq_tx_conf);
  OFFSET(struct rte_eth_vmdq_tx_conf, rte_eth_vmdq_tx_conf, nb_queue_pools);

  SIZE(struct rte_ethdev_qdata, rte_ethdev_qdata);
  OFFSET(struct rte_ethdev_qdata, rte_ethdev_qdata, data);
  OFFSET(struct rte_ethdev_qdata, rte_ethdev_qdata, clbk);

  SIZE(struct rte_ether_addr, rte_ether_addr);
  OFFSET(struct rte_ether_addr, rte_ether_addr, addr_bytes);

  SIZE(struct rte_mbuf, rte_mbuf);
  OFFSET(struct rte_mbuf, rte_mbuf, cacheline0);
  OFFSET(struct rte_mbuf, rte_mbuf, buf_addr);
  OFFSET(struct rte_mbuf, rte_mbuf, buf_iova);
  OFFSET(struct rte_mbuf, rte_mbuf, rearm_data);
  OFFSET(struct rte_mbuf, rte_mbuf, data_off);
  OFFSET(struct rte_mbuf, rte_mbuf, refcnt);
  OFFSET(struct rte_mbuf, rte_mbuf, nb_segs);
  OFFSET(struct rte_mbuf, rte_mbuf, port);
  OFFSET(struct rte_mbuf, rte_mbuf, ol_flags);
  OFFSET(struct rte_mbuf, rte_mbuf, rx_descriptor_fields1);
  OFFSET(struct rte_mbuf, rte_mbuf, packet_type);
  OFFSET(struct rte_mbuf, rte_mbuf, inner_esp_next_proto);
  OFFSET(struct rte_mbuf, rte_mbuf, pkt_len);
  OFFSET(struct rte_mbuf, rte_mbuf, data_len);
  OFFSET(struct rte_mbuf, rte_mbuf, vlan_tci);
  OFFSET(struct rte_mbuf, rte_mbuf, hash);
  OFFSET(struct rte_mbuf, rte_mbuf, vlan_tci_outer);
  OFFSET(struct rte_mbuf, rte_mbuf, buf_len);
  OFFSET(struct rte_mbuf, rte_mbuf, pool);
  OFFSET(struct rte_mbuf, rte_mbuf, cacheline1);
  OFFSET(struct rte_mbuf, rte_mbuf, next);
  OFFSET(struct rte_mbuf, rte_mbuf, tx_offload);
  OFFSET(struct rte_mbuf, rte_mbuf, shinfo);
  OFFSET(struct rte_mbuf, rte_mbuf, priv_size);
  OFFSET(struct rte_mbuf, rte_mbuf, timesync);
  OFFSET(struct rte_mbuf, rte_mbuf, dynfield1);

  SIZE(struct rte_mbuf_sched, rte_mbuf_sched);
  OFFSET(struct rte_mbuf_sched, rte_mbuf_sched, queue_id);
  OFFSET(struct rte_mbuf_sched, rte_mbuf_sched, traffic_class);
  OFFSET(struct rte_mbuf_sched, rte_mbuf_sched, color);
  OFFSET(struct rte_mbuf_sched, rte_mbuf_sched, reserved);

  SIZE(struct rte_mempool, rte_mempool);
  OFFSET(struct rte_mempool, rte_mempool, name);
  OFFSET(struct rte_mempool, rte_mempool, pool_data);
  OFFSET(struct rte_mempool, rte_mempool, pool_id);
  OFFSET(struct rte_mempool, rte_mempool, pool_config);
  OFFSET(struct rte_mempool, rte_mempool, mz);
  OFFSET(struct rte_mempool, rte_mempool, flags);
  OFFSET(struct rte_mempool, rte_mempool, socket_id);
  OFFSET(struct rte_mempool, rte_mempool, size);
  OFFSET(struct rte_mempool, rte_mempool, cache_size);
  OFFSET(struct rte_mempool, rte_mempool, elt_size);
  OFFSET(struct rte_mempool, rte_mempool, header_size);
  OFFSET(struct rte_mempool, rte_mempool, trailer_size);
  OFFSET(struct rte_mempool, rte_mempool, private_data_size);
  OFFSET(struct rte_mempool, rte_mempool, ops_index);
  OFFSET(struct rte_mempool, rte_mempool, local_cache);
  OFFSET(struct rte_mempool, rte_mempool, populated_size);
  OFFSET(struct rte_mempool, rte_mempool, elt_list);
  OFFSET(struct rte_mempool, rte_mempool, nb_mem_chunks);
  OFFSET(struct rte_mempool, rte_mempool, mem_list);

  SIZE(struct rte_mempool_cache, rte_mempool_cache);
  OFFSET(struct rte_mempool_cache, rte_mempool_cache, size);
  OFFSET(struct rte_mempool_cache, rte_mempool_cache, flushthresh);
  OFFSET(struct rte_mempool_cache, rte_mempool_cache, len);
  OFFSET(struct rte_mempool_cache, rte_mempool_cache, objs);

  SIZE(struct rte_mempool_memhdr_list, rte_mempool_memhdr_list);
  OFFSET(struct rte_mempool_memhdr_list, rte_mempool_memhdr_list, stqh_first);
  OFFSET(struct rte_mempool_memhdr_list, rte_mempool_memhdr_list, stqh_last);

  SIZE(struct rte_mempool_objhdr_list, rte_mempool_objhdr_list);
  OFFSET(struct rte_mempool_objhdr_list, rte_mempool_objhdr_list, stqh_first);
  OFFSET(struct rte_mempool_objhdr_list, rte_mempool_objhdr_list, stqh_last);

  SIZE(struct rte_mempool_ops, rte_mempool_ops);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, name);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, alloc);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, free);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, enqueue);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, dequeue);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, get_count);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, calc_mem_size);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, populate);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, get_info);
  OFFSET(struct rte_mempool_ops, rte_mempool_ops, dequeue_contig_blocks);

  SIZE(struct rte_mempool_ops_table, rte_mempool_ops_table);
  OFFSET(struct rte_mempool_ops_table, rte_mempool_ops_table, sl);
  OFFSET(struct rte_mempool_ops_table, rte_mempool_ops_table, num_ops);
  OFFSET(struct rte_mempool_ops_table, rte_mempool_ops_table, ops);

  SIZE(rte_spinlock_t, rte_spinlock_t);
  OFFSET(rte_spinlock_t, rte_spinlock_t, locked);

  CONSTANT(RTE_MAX_ETHPORTS);
  CONSTANT(RTE_VER_MONTH);
  CONSTANT(RTE_VER_YEAR);
  CONSTANT(RTE_MEMPOOL_CACHE_MAX_SIZE);
  CONSTANT(RTE_PKTMBUF_HEADROOM);
  CONSTANT(RTE_ETHER_ADDR_LEN);
  CONSTANT(RTE_ETH_MQ_RX_RSS);
  CONSTANT(RTE_ETH_SPEED_NUM_UNKNOWN);
  CONSTANT(RTE_ETH_RSS_NONFRAG_IPV4_UDP);
  CONSTANT(RTE_ETH_RSS_NONFRAG_IPV6_UDP);
  CONSTANT(RTE_ETH_RSS_IP);
  CONSTANT(RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE);

  FUNCTION(rte_dev_probe, int, const char *);
  FUNCTION(rte_dev_remove, int, struct rte_device *);
  FUNCTION(rte_eal_init, int, int, char **);
  FUNCTION(rte_strerror, const char *, int);
  FUNCTION_WITHOUT_ARGUMENTS(rte_thread_register, int);
  FUNCTION_WITHOUT_ARGUMENTS(rte_thread_unregister, void);
  FUNCTION(rte_mempool_free, void, struct rte_mempool *);
  FUNCTION(rte_mempool_avail_count, unsigned int, const struct rte_mempool *);
  FUNCTION(rte_pktmbuf_pool_create, struct rte_mempool *, const char *, unsigned int,
           unsigned int, uint16_t, uint16_t, int);
  FUNCTION(rte_pktmbuf_free_bulk, void, struct rte_mbuf **, unsigned int);
  FUNCTION(rte_eth_dev_configure, int, uint16_t, uint16_t, uint16_t, const struct rte_eth_conf *);
  FUNCTION(rte_eth_rx_queue_setup, int, uint16_t, uint16_t, uint16_t, unsigned int,
           const struct rte_eth_rxconf *, struct rte_mempool *);
  FUNCTION(rte_eth_tx_queue_setup, int, uint16_t, uint16_t, uint16_t, unsigned int,
           const struct rte_eth_txconf *);
  FUNCTION(rte_eth_dev_socket_id, int, uint16_t);
  FUNCTION(rte_eth_dev_start, int, uint16_t);
  FUNCTION(rte_eth_dev_stop, int, uint16_t);
  FUNCTION(rte_eth_dev_close, int, uint16_t);
  FUNCTION(rte_eth_promiscuous_enable, int, uint16_t);
  FUNCTION(rte_eth_promiscuous_disable, int, uint16_t);
  FUNCTION(rte_eth_promiscuous_get, int, uint16_t);
  FUNCTION(rte_eth_allmulticast_enable, int, uint16_t);
  FUNCTION(rte_eth_link_get_nowait, int, uint16_t, struct rte_eth_link *);
  FUNCTION(rte_eth_stats_get, int, uint16_t, struct rte_eth_stats *);
  FUNCTION(rte_eth_macaddr_get, int, uint16_t, struct rte_ether_addr *);
  FUNCTION(rte_eth_dev_info_get, int, uint16_t, struct rte_eth_dev_info *);
  FUNCTION(rte_eth_dev_get_mtu, int, uint16_t, uint16_t *);
  FUNCTION(rte_eth_dev_set_mtu, int, uint16_t, uint16_t);
  FUNCTION(rte_eth_dev_default_mac_addr_set, int, uint16_t, struct rte_ether_addr *);
  FUNCTION(rte_eth_dev_get_port_by_name, int, const char *, uint16_t *);
  FUNCTION(rte_eth_dev_adjust_nb_rx_tx_desc, int, uint16_t, uint16_t *, uint16_t *);
  FUNCTION_WITHOUT_ARGUMENTS(rte_version, const char *);

  CALLBACK(eth_rx_burst_t, uint16_t, void *, struct rte_mbuf **, uint16_t);
  CALLBACK(eth_tx_burst_t, uint16_t, void *, struct rte_mbuf **, uint16_t);
  CALLBACK(rte_mempool_dequeue_t, int, struct rte_mempool *, void **, unsigned int);

  VARIABLE(rte_eth_fp_ops, struct rte_eth_fp_ops[RTE_MAX_ETHPORTS]);
  VARIABLE(rte_mempool_ops_table, struct rte_mempool_ops_table);
  SAME(per_lcore__lcore_id, unsigned int);
  SAME(per_lcore__rte_errno, int);

  NESTED(struct rte_eth_conf, rte_eth_conf, rx_adv_conf, rss_conf);
  link_state();
  return 0;
}
