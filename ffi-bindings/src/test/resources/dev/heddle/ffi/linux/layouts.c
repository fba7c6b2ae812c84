/*
 * Prints what the C compiler knows of every struct and constant that the generated Java code
 * contains; LayoutTest compares. One fact in a line.
 */
#include "linux.h"

#include <stddef.h>
#include <stdio.h>

#define SIZE(type, java) printf("size %s %zu\n", #java, sizeof(type))
#define OFFSET(type, java, field) printf("offset %s %s %zu\n", #java, #field, offsetof(type, field))
#define CONSTANT(name) printf("constant %s %d\n", #name, (int)(name))

int main(void) {
  SIZE(__fsid_t, __fsid_t);
  OFFSET(__fsid_t, __fsid_t, __val);

  SIZE(struct cmsghdr, cmsghdr);
  OFFSET(struct cmsghdr, cmsghdr, cmsg_len);
  OFFSET(struct cmsghdr, cmsghdr, cmsg_level);
  OFFSET(struct cmsghdr, cmsghdr, cmsg_type);
  OFFSET(struct cmsghdr, cmsghdr, __cmsg_data);

  SIZE(union epoll_data, epoll_data);
  OFFSET(union epoll_data, epoll_data, ptr);
  OFFSET(union epoll_data, epoll_data, fd);
  OFFSET(union epoll_data, epoll_data, u32);
  OFFSET(union epoll_data, epoll_data, u64);

  SIZE(struct epoll_event, epoll_event);
  OFFSET(struct epoll_event, epoll_event, events);
  OFFSET(struct epoll_event, epoll_event, data);

  SIZE(struct iocb, iocb);
  OFFSET(struct iocb, iocb, aio_data);
  OFFSET(struct iocb, iocb, aio_key);
  OFFSET(struct iocb, iocb, aio_rw_flags);
  OFFSET(struct iocb, iocb, aio_lio_opcode);
  OFFSET(struct iocb, iocb, aio_reqprio);
  OFFSET(struct iocb, iocb, aio_fildes);
  OFFSET(struct iocb, iocb, aio_buf);
  OFFSET(struct iocb, iocb, aio_nbytes);
  OFFSET(struct iocb, iocb, aio_offset);
  OFFSET(struct iocb, iocb, aio_reserved2);
  OFFSET(struct iocb, iocb, aio_flags);
  OFFSET(struct iocb, iocb, aio_resfd);

  SIZE(struct iovec, iovec);
  OFFSET(struct iovec, iovec, iov_base);
  OFFSET(struct iovec, iovec, iov_len);

  SIZE(struct msghdr, msghdr);
  OFFSET(struct msghdr, msghdr, msg_name);
  OFFSET(struct msghdr, msghdr, msg_namelen);
  OFFSET(struct msghdr, msghdr, msg_iov);
  OFFSET(struct msghdr, msghdr, msg_iovlen);
  OFFSET(struct msghdr, msghdr, msg_control);
  OFFSET(struct msghdr, msghdr, msg_controllen);
  OFFSET(struct msghdr, msghdr, msg_flags);

  SIZE(struct sockaddr_un, sockaddr_un);
  OFFSET(struct sockaddr_un, sockaddr_un, sun_family);
  OFFSET(struct sockaddr_un, sockaddr_un, sun_path);

  SIZE(struct stat, stat);
  OFFSET(struct stat, stat, st_dev);
  OFFSET(struct stat, stat, st_ino);
  OFFSET(struct stat, stat, st_nlink);
  OFFSET(struct stat, stat, st_mode);
  OFFSET(struct stat, stat, st_uid);
  OFFSET(struct stat, stat, st_gid);
  OFFSET(struct stat, stat, __pad0);
  OFFSET(struct stat, stat, st_rdev);
  OFFSET(struct stat, stat, st_size);
  OFFSET(struct stat, stat, st_blksize);
  OFFSET(struct stat, stat, st_blocks);
  OFFSET(struct stat, stat, st_atim);
  OFFSET(struct stat, stat, st_mtim);
  OFFSET(struct stat, stat, st_ctim);
  OFFSET(struct stat, stat, __glibc_reserved);

  SIZE(struct statfs, statfs);
  OFFSET(struct statfs, statfs, f_type);
  OFFSET(struct statfs, statfs, f_bsize);
  OFFSET(struct statfs, statfs, f_blocks);
  OFFSET(struct statfs, statfs, f_bfree);
  OFFSET(struct statfs, statfs, f_bavail);
  OFFSET(struct statfs, statfs, f_files);
  OFFSET(struct statfs, statfs, f_ffree);
  OFFSET(struct statfs, statfs, f_fsid);
  OFFSET(struct statfs, statfs, f_namelen);
  OFFSET(struct statfs, statfs, f_frsize);
  OFFSET(struct statfs, statfs, f_flags);
  OFFSET(struct statfs, statfs, f_spare);

  SIZE(struct timespec, timespec);
  OFFSET(struct timespec, timespec, tv_sec);
  OFFSET(struct timespec, timespec, tv_nsec);

  SIZE(struct ifaddrmsg, ifaddrmsg);
  OFFSET(struct ifaddrmsg, ifaddrmsg, ifa_family);
  OFFSET(struct ifaddrmsg, ifaddrmsg, ifa_prefixlen);
  OFFSET(struct ifaddrmsg, ifaddrmsg, ifa_flags);
  OFFSET(struct ifaddrmsg, ifaddrmsg, ifa_scope);
  OFFSET(struct ifaddrmsg, ifaddrmsg, ifa_index);

  SIZE(struct ifinfomsg, ifinfomsg);
  OFFSET(struct ifinfomsg, ifinfomsg, ifi_family);
  OFFSET(struct ifinfomsg, ifinfomsg, __ifi_pad);
  OFFSET(struct ifinfomsg, ifinfomsg, ifi_type);
  OFFSET(struct ifinfomsg, ifinfomsg, ifi_index);
  OFFSET(struct ifinfomsg, ifinfomsg, ifi_flags);
  OFFSET(struct ifinfomsg, ifinfomsg, ifi_change);

  SIZE(struct nlmsgerr, nlmsgerr);
  OFFSET(struct nlmsgerr, nlmsgerr, error);
  OFFSET(struct nlmsgerr, nlmsgerr, msg);

  SIZE(struct nlmsghdr, nlmsghdr);
  OFFSET(struct nlmsghdr, nlmsghdr, nlmsg_len);
  OFFSET(struct nlmsghdr, nlmsghdr, nlmsg_type);
  OFFSET(struct nlmsghdr, nlmsghdr, nlmsg_flags);
  OFFSET(struct nlmsghdr, nlmsghdr, nlmsg_seq);
  OFFSET(struct nlmsghdr, nlmsghdr, nlmsg_pid);

  SIZE(struct rtattr, rtattr);
  OFFSET(struct rtattr, rtattr, rta_len);
  OFFSET(struct rtattr, rtattr, rta_type);

  SIZE(struct rtmsg, rtmsg);
  OFFSET(struct rtmsg, rtmsg, rtm_family);
  OFFSET(struct rtmsg, rtmsg, rtm_dst_len);
  OFFSET(struct rtmsg, rtmsg, rtm_src_len);
  OFFSET(struct rtmsg, rtmsg, rtm_tos);
  OFFSET(struct rtmsg, rtmsg, rtm_table);
  OFFSET(struct rtmsg, rtmsg, rtm_protocol);
  OFFSET(struct rtmsg, rtmsg, rtm_scope);
  OFFSET(struct rtmsg, rtmsg, rtm_type);
  OFFSET(struct rtmsg, rtmsg, rtm_flags);

  SIZE(struct virtio_net_hdr, virtio_net_hdr);
  OFFSET(struct virtio_net_hdr, virtio_net_hdr, flags);
  OFFSET(struct virtio_net_hdr, virtio_net_hdr, gso_type);
  OFFSET(struct virtio_net_hdr, virtio_net_hdr, hdr_len);
  OFFSET(struct virtio_net_hdr, virtio_net_hdr, gso_size);
  OFFSET(struct virtio_net_hdr, virtio_net_hdr, csum_start);
  OFFSET(struct virtio_net_hdr, virtio_net_hdr, csum_offset);

  CONSTANT(ENOENT);
  CONSTANT(EINTR);
  CONSTANT(EBADF);
  CONSTANT(EAGAIN);
  CONSTANT(EFAULT);
  CONSTANT(EINVAL);
  CONSTANT(EPIPE);
  CONSTANT(ECONNABORTED);
  CONSTANT(ECONNRESET);
  CONSTANT(ENOTCONN);
  CONSTANT(ECONNREFUSED);
  CONSTANT(O_RDONLY);
  CONSTANT(F_ADD_SEALS);
  CONSTANT(F_GET_SEALS);
  CONSTANT(F_DUPFD_CLOEXEC);
  CONSTANT(F_SEAL_SEAL);
  CONSTANT(F_SEAL_SHRINK);
  CONSTANT(F_SEAL_GROW);
  CONSTANT(CLONE_NEWNET);
  CONSTANT(EPOLL_CTL_ADD);
  CONSTANT(EPOLL_CTL_DEL);
  CONSTANT(PROT_READ);
  CONSTANT(PROT_WRITE);
  CONSTANT(MAP_SHARED);
  CONSTANT(MADV_DONTDUMP);
  CONSTANT(MADV_POPULATE_WRITE);
  CONSTANT(SOL_SOCKET);
  CONSTANT(EPOLL_CLOEXEC);
  CONSTANT(EPOLLIN);
  CONSTANT(EPOLLOUT);
  CONSTANT(EPOLLERR);
  CONSTANT(EPOLLHUP);
  CONSTANT(EPOLLRDHUP);
  CONSTANT(EPOLLET);
  CONSTANT(EFD_CLOEXEC);
  CONSTANT(EFD_NONBLOCK);
  CONSTANT(SOCK_SEQPACKET);
  CONSTANT(SOCK_CLOEXEC);
  CONSTANT(SOCK_NONBLOCK);
  CONSTANT(MSG_CTRUNC);
  CONSTANT(MSG_TRUNC);
  CONSTANT(MSG_NOSIGNAL);
  CONSTANT(MSG_CMSG_CLOEXEC);
  CONSTANT(SCM_RIGHTS);
  CONSTANT(O_CLOEXEC);
  CONSTANT(HUGETLBFS_MAGIC);
  CONSTANT(CPU_SETSIZE);
  CONSTANT(MFD_CLOEXEC);
  CONSTANT(MFD_ALLOW_SEALING);
  CONSTANT(AF_UNIX);
  CONSTANT(SYS_io_setup);
  CONSTANT(SYS_io_submit);
  CONSTANT(SYS_io_destroy);
  CONSTANT(IOCB_CMD_PREAD);
  CONSTANT(IOCB_FLAG_RESFD);
  CONSTANT(EEXIST);
  CONSTANT(ENODEV);
  CONSTANT(NETLINK_ROUTE);
  CONSTANT(NLM_F_REQUEST);
  CONSTANT(NLM_F_ACK);
  CONSTANT(NLM_F_DUMP_INTR);
  CONSTANT(NLM_F_REPLACE);
  CONSTANT(NLM_F_EXCL);
  CONSTANT(NLM_F_CREATE);
  CONSTANT(NLM_F_CAPPED);
  CONSTANT(NLM_F_ACK_TLVS);
  CONSTANT(NLMSG_ERROR);
  CONSTANT(NLMSG_DONE);
  CONSTANT(NETLINK_EXT_ACK);
  CONSTANT(NETLINK_GET_STRICT_CHK);
  CONSTANT(IFA_F_NODAD);
  CONSTANT(SOL_NETLINK);
  CONSTANT(NLMSGERR_ATTR_MSG);
  CONSTANT(IFA_ADDRESS);
  CONSTANT(IFA_LOCAL);
  CONSTANT(IFA_FLAGS);
  CONSTANT(IFA_PROTO);
  CONSTANT(IFLA_ADDRESS);
  CONSTANT(IFLA_IFNAME);
  CONSTANT(IFLA_MTU);
  CONSTANT(IFLA_LINKINFO);
  CONSTANT(IFLA_IFALIAS);
  CONSTANT(IFLA_INFO_KIND);
  CONSTANT(RTM_NEWLINK);
  CONSTANT(RTM_GETLINK);
  CONSTANT(RTM_NEWADDR);
  CONSTANT(RTM_DELADDR);
  CONSTANT(RTM_GETADDR);
  CONSTANT(RTM_NEWROUTE);
  CONSTANT(RTM_DELROUTE);
  CONSTANT(RTM_GETROUTE);
  CONSTANT(RTN_UNICAST);
  CONSTANT(RT_SCOPE_UNIVERSE);
  CONSTANT(RT_TABLE_MAIN);
  CONSTANT(RTA_DST);
  CONSTANT(RTA_OIF);
  CONSTANT(RTA_GATEWAY);
  CONSTANT(RTA_TABLE);
  CONSTANT(SOCK_RAW);
  CONSTANT(IFF_UP);
  CONSTANT(NLM_F_DUMP);
  CONSTANT(AF_INET);
  CONSTANT(AF_INET6);
  CONSTANT(AF_NETLINK);
  CONSTANT(O_RDWR);
  CONSTANT(O_NONBLOCK);
  CONSTANT(EIO);
  CONSTANT(EBUSY);
  CONSTANT(EBADFD);
  CONSTANT(TUNSETIFF);
  CONSTANT(TUNSETPERSIST);
  CONSTANT(TUNSETOFFLOAD);
  CONSTANT(TUNSETVNETHDRSZ);
  CONSTANT(IFNAMSIZ);
  CONSTANT(IFREQ_BYTES);
  CONSTANT(IFREQ_FLAGS_OFFSET);
  CONSTANT(IFF_TAP);
  CONSTANT(IFF_NO_PI);
  CONSTANT(IFF_VNET_HDR);
  CONSTANT(IFF_MULTI_QUEUE);
  CONSTANT(IFF_TUN_EXCL);
  CONSTANT(TUN_F_CSUM);
  CONSTANT(TUN_F_TSO4);
  CONSTANT(TUN_F_TSO6);
  CONSTANT(TUN_F_TSO_ECN);
  CONSTANT(TUN_F_USO4);
  CONSTANT(TUN_F_USO6);
  CONSTANT(VIRTIO_NET_HDR_F_NEEDS_CSUM);
  CONSTANT(VIRTIO_NET_HDR_F_DATA_VALID);
  CONSTANT(VIRTIO_NET_HDR_GSO_NONE);
  CONSTANT(VIRTIO_NET_HDR_GSO_TCPV4);
  CONSTANT(VIRTIO_NET_HDR_GSO_TCPV6);
  CONSTANT(VIRTIO_NET_HDR_GSO_UDP_L4);
  CONSTANT(VIRTIO_NET_HDR_GSO_ECN);
  return 0;
}
