#!/bin/sh
# Generates the Java layouts of the C library's structs and constants with the jextract on PATH.
#
# The result is committed, since jextract is in no package registry. Generate again on Debian 12
# (glibc, x86-64) whenever a struct or constant is added below.
set -eu
cd "$(dirname "$0")"

package=dev.heddle.ffi.linux.generated
output=src/generated/java
directory=$output/dev/heddle/ffi/linux/generated
structs="sockaddr_un iovec msghdr cmsghdr epoll_event stat statfs timespec iocb
  nlmsghdr nlmsgerr ifinfomsg ifaddrmsg rtmsg rtattr virtio_net_hdr"
unions="epoll_data"
typedefs="epoll_data_t __fsid_t"
constants="
  EINTR EAGAIN EBADF EFAULT EINVAL ENOENT ENOTCONN EPIPE
  ECONNREFUSED ECONNRESET ECONNABORTED
  AF_UNIX SOCK_SEQPACKET SOCK_NONBLOCK SOCK_CLOEXEC SOL_SOCKET SCM_RIGHTS
  MSG_CMSG_CLOEXEC MSG_CTRUNC MSG_TRUNC MSG_NOSIGNAL
  MFD_CLOEXEC MFD_ALLOW_SEALING
  F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_DUPFD_CLOEXEC
  O_RDONLY O_CLOEXEC HUGETLBFS_MAGIC
  PROT_READ PROT_WRITE MAP_SHARED MADV_DONTDUMP MADV_POPULATE_WRITE
  EFD_NONBLOCK EFD_CLOEXEC
  EPOLL_CLOEXEC EPOLL_CTL_ADD EPOLL_CTL_DEL EPOLLIN EPOLLOUT EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLET
  CLONE_NEWNET CPU_SETSIZE
  AF_NETLINK AF_INET AF_INET6 SOCK_RAW NETLINK_ROUTE SOL_NETLINK NETLINK_EXT_ACK
  NETLINK_GET_STRICT_CHK NLM_F_REQUEST NLM_F_ACK NLM_F_DUMP NLM_F_CREATE NLM_F_EXCL NLM_F_REPLACE
  NLM_F_DUMP_INTR NLM_F_CAPPED NLM_F_ACK_TLVS NLMSG_ERROR NLMSG_DONE NLMSGERR_ATTR_MSG
  RTM_NEWLINK RTM_GETLINK RTM_NEWADDR RTM_DELADDR RTM_GETADDR
  RTM_NEWROUTE RTM_DELROUTE RTM_GETROUTE
  IFLA_ADDRESS IFLA_IFNAME IFLA_MTU IFLA_IFALIAS IFLA_LINKINFO IFLA_INFO_KIND IFF_UP
  IFA_ADDRESS IFA_LOCAL IFA_FLAGS IFA_PROTO IFA_F_NODAD
  RTA_DST RTA_OIF RTA_GATEWAY RTA_TABLE RT_TABLE_MAIN RT_SCOPE_UNIVERSE RTN_UNICAST
  EEXIST ENODEV
  O_RDWR O_NONBLOCK EIO EBUSY EBADFD
  TUNSETIFF TUNSETPERSIST TUNSETOFFLOAD TUNSETVNETHDRSZ IFNAMSIZ IFREQ_BYTES IFREQ_FLAGS_OFFSET
  IFF_TAP IFF_NO_PI IFF_VNET_HDR IFF_MULTI_QUEUE IFF_TUN_EXCL
  TUN_F_CSUM TUN_F_TSO4 TUN_F_TSO6 TUN_F_TSO_ECN TUN_F_USO4 TUN_F_USO6
  VIRTIO_NET_HDR_F_NEEDS_CSUM VIRTIO_NET_HDR_F_DATA_VALID
  VIRTIO_NET_HDR_GSO_NONE VIRTIO_NET_HDR_GSO_TCPV4 VIRTIO_NET_HDR_GSO_TCPV6
  VIRTIO_NET_HDR_GSO_UDP_L4 VIRTIO_NET_HDR_GSO_ECN
  SYS_io_setup SYS_io_submit SYS_io_destroy IOCB_CMD_PREAD IOCB_FLAG_RESFD"

includes() {
  kind=$1
  shift
  for name in "$@"; do
    printf -- '--include-%s %s ' "$kind" "$name"
  done
}

rm -rf "$directory"
# shellcheck disable=SC2046,SC2086 # the lists are meant to be split
jextract --output "$output" --target-package "$package" --header-class-name Linux \
  $(includes struct $structs) $(includes union $unions) $(includes typedef $typedefs) \
  $(includes constant $constants) src/generated/linux.h

# The generated code calls restricted methods of java.lang.foreign, on which our build is strict.
find "$directory" -name '*.java' -exec \
  sed -i 's/^public class/@SuppressWarnings({"restricted", "unused"})\n&/' {} +
