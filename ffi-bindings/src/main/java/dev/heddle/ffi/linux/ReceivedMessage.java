package dev.heddle.ffi.linux;

/**
 * What came with one message from a {@link SeqpacketSocket}.
 *
 * @param bytes how many bytes were written to the buffer; zero where the peer closed the connection
 *     (an empty message looks the same)
 * @param fds the descriptors that came with it, now the receiver's own to close; not to be changed
 * @param isTruncated whether the message was longer than the buffer; the rest is lost
 * @param areFdsTruncated whether descriptors were lost, since this process may not open more
 */
public record ReceivedMessage(int bytes, int[] fds, boolean isTruncated, boolean areFdsTruncated) {
  static final int[] NO_FDS = {};
  static final ReceivedMessage END = new ReceivedMessage(0, NO_FDS, false, false);

  /** Closes every descriptor that came with the message. */
  public void closeFds() {
    for (int fd : fds) {
      FileDescriptors.close(fd);
    }
  }
}
