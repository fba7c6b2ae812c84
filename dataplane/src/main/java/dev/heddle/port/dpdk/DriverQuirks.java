package dev.heddle.port.dpdk;

import dev.heddle.ffi.dpdk.DeviceInfo;

/** What is known of single drivers and cannot be asked. */
final class DriverQuirks {
  private static final String AF_PACKET = "net_af_packet";
  private static final int ETHERNET_MTU_BYTES = 1500;

  /** Packets up to this size fit into the frames that the driver has if it is told nothing. */
  private static final int DEFAULT_RING_FRAME_BYTES = 2048;

  /**
   * What a frame of af_packet's rings holds besides the packet: the kernel's header and Ethernet.
   */
  private static final int RING_FRAME_OVERHEAD_BYTES = 128;

  /**
   * The driver takes the frames for contiguous, so they must fill the blocks that they lie in,
   * which are of whole pages; and the number of frames must be a multiple of a block's.
   */
  private static final int FRAMES_PER_BLOCK = 8;

  private static final int RING_FRAME_ALIGNMENT_BYTES = 4096 / FRAMES_PER_BLOCK;

  private DriverQuirks() {}

  /**
   * Makes the frames of af_packet's rings large enough, unless the operator chose their size.
   *
   * @param mtuBytes largest IP packet
   */
  static String complete(String device, int mtuBytes) {
    int frameBytes = ringFrameBytes(mtuBytes);
    boolean isChosen = device.contains("framesz=") || device.contains("blocksz=");
    if (!device.startsWith(AF_PACKET) || frameBytes <= DEFAULT_RING_FRAME_BYTES || isChosen) {
      return device;
    }
    int blockBytes = frameBytes * FRAMES_PER_BLOCK;
    return device + ",blocksz=" + blockBytes + ",framesz=" + frameBytes;
  }

  /** Bytes of such a frame. A packet buffer must hold a whole one, whatever is in it. */
  static int ringFrameBytes(int mtuBytes) {
    int bytes = mtuBytes + RING_FRAME_OVERHEAD_BYTES + RING_FRAME_ALIGNMENT_BYTES - 1;
    int aligned = bytes / RING_FRAME_ALIGNMENT_BYTES * RING_FRAME_ALIGNMENT_BYTES;
    return Math.max(aligned, DEFAULT_RING_FRAME_BYTES);
  }

  /**
   * The MTU to tell a device. af_packet says that it has 1500 at most, whatever its frames hold: it
   * is told that, and the kernel's interface must be given the real one by the operator.
   */
  static int mtu(DeviceInfo info, int mtuBytes) {
    return info.driver().equals(AF_PACKET) ? Math.min(mtuBytes, ETHERNET_MTU_BYTES) : mtuBytes;
  }
}
