package dev.heddle.ffi.linux;

import dev.heddle.ffi.linux.generated.Linux;

/** A call into the kernel failed: what was attempted, and the kernel's reason. */
public final class LinuxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  LinuxException(int errno, String attempted) {
    super(attempted + ": " + Libc.errorDescription(errno) + " (" + Libc.errorName(errno) + ")");
    this.errno = errno;
  }

  /** The kernel's error number, see errno(3). */
  public int errno() {
    return errno;
  }

  /** Its symbolic name, such as {@code ECONNREFUSED}. */
  public String errorName() {
    return Libc.errorName(errno);
  }

  /** Whether the other side is not there (yet): nobody listens, or its queue is full. */
  public boolean isPeerAbsent() {
    return errno == Linux.ECONNREFUSED() || errno == Linux.ENOENT() || errno == Linux.EAGAIN();
  }

  /** Whether what was to be made is there already. */
  public boolean isTaken() {
    return errno == Linux.EEXIST();
  }

  /** Whether the other side closed the connection. */
  public boolean isPeerGone() {
    return errno == Linux.EPIPE() || errno == Linux.ECONNRESET() || errno == Linux.ENOTCONN();
  }
}
