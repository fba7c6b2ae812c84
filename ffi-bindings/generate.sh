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
structs="sockaddr_un iovec msghdr cmsghdr epoll_event stat statfs timespec iocb"
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
