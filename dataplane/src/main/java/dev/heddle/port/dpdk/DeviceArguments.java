package dev.heddle.port.dpdk;

/** What drivers need to be told besides what the operator wrote. */
final class DeviceArguments {
  private static final String AF_PACKET = "net_af_packet";

  /**
   * What a frame of af_packet's rings holds besides the packet: the kernel's header and Ethernet.
   */
  private static final int RING_FRAME_OVERHEAD_BYTES = 128;

  /** Packets up to this size fit into the frames that the driver has if it is told nothing. */
  private static final int DEFAULT_RING_FRAME_BYTES = 2048;

  private static final int PAGE_BYTES = 4096;

  private DeviceArguments() {}

  /**
   * Makes the frames of the kernel's rings large enough, unless the operator chose their size.
   *
   * @param mtuBytes largest IP packet
   */
  static String complete(String device, int mtuBytes) {
    int frameBytes = roundUp(mtuBytes + RING_FRAME_OVERHEAD_BYTES, Long.BYTES * 2);
    boolean isChosen = device.contains("framesz=") || device.contains("blocksz=");
    if (!device.startsWith(AF_PACKET) || frameBytes <= DEFAULT_RING_FRAME_BYTES || isChosen) {
      return device;
    }
    int blockBytes = roundUp(frameBytes, PAGE_BYTES);
    return device + ",blocksz=" + blockBytes + ",framesz=" + frameBytes;
  }

  static int roundUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
