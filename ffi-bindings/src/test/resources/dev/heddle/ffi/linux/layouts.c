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
  return 0;
}
