package dev.heddle.ffi.dpdk;

/** DPDK is not there, or refused what it was asked for. The message says what was attempted. */
public final class DpdkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /** Without an error of DPDK's own. */
  public DpdkException(String message) {
    super(message);
    this.errno = 0;
  }

  /**
   * @param errno a positive error number, see errno(3)
   */
  DpdkException(String attempted, int errno) {
    super(attempted + ": " + Calls.describe(errno));
    this.errno = errno;
  }

  /** The error number, see errno(3); 0 where DPDK gave none. */
  public int errno() {
    return errno;
  }
}
