package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;
import dev.heddle.worker.TrainingFrames.Frame;

/** Malformed frames for training: each breaks one rule that a stage checks. */
final class TrainingFaults {
  private static final int ETHER_TYPE = 12;
  private static final int[] ETHER_TYPES = {0x0800, 0x86dd, 0x0806, 0x8100, 0x0000};
  private static final int TO = TrainingTables.address4(0);
  private static final long TO_LOW = TrainingTables.address6Low(0);
  private static final long MAPPED_LOW = 0xffff_0808_0808L;

  private final TrainingFrames frames;

  private TrainingFaults(TrainingFrames frames) {
    this.frames = frames;
  }

  /** Adds them to the rare frames of a peer. */
  static void addTo(TrainingFrames frames) {
    TrainingFaults faults = new TrainingFaults(frames);
    faults.addEthernet();
    faults.addIp4();
    faults.addIp6();
  }

  private void addEthernet() {
    for (int version = 4; version <= 6; version += 2) {
      for (long destination :
          new long[] {0xffff_ffff_ffffL, 0x0100_5e00_0001L, 0x0a0a_0a0a_0a0aL}) {
        Frame frame = good(version);
        Memory.putLongBe(frame.address(), destination << 16 | 0x0200);
        frames.rare().add(frame);
      }
      for (int etherType : ETHER_TYPES) {
        Frame frame = good(version);
        Memory.putShortBe(frame.address() + ETHER_TYPE, etherType);
        frames.rare().add(frame);
      }
      for (int bytes : new int[] {15, 20, 33, 34, 39, 53, 54, 55}) {
        frames.rare().add(new Frame(good(version).address(), bytes));
      }
    }
  }

  private void addIp4() {
    for (int first : new int[] {0x05, 0x15, 0x55, 0x65, 0xf5, 0x40, 0x44, 0x4f}) {
      rare4(0, 1, first);
    }
    for (int totalBytes : new int[] {0, 19, 20, 21, 51, 9000, 65535}) {
      rare4(2, 2, totalBytes);
    }
    for (int address : new int[] {0, 0x7f00_0001, 0xe000_0005, 0xf000_0001, -1, 0x0101_0101}) {
      rare4(12, 4, address);
      rare4(16, 4, address);
    }
    Frame badChecksum = good(4);
    Memory.putShortBe(TrainingFrames.ip(badChecksum) + 10, 0x1234);
    frames.rare().add(badChecksum);
  }

  private void rare4(int offset, int bytes, int value) {
    Frame frame = good(4);
    long at = TrainingFrames.ip(frame) + offset;
    if (bytes == 1) {
      Memory.putByte(at, (byte) value);
    } else if (bytes == 2) {
      Memory.putShortBe(at, value);
    } else {
      Memory.putIntBe(at, value);
    }
    frames.rare().add(TrainingFrames.repaired4(frame));
  }

  private void addIp6() {
    for (int version : new int[] {0, 4, 5, 15}) {
      Frame frame = good(6);
      Memory.putByte(TrainingFrames.ip(frame), (byte) (version << 4));
      frames.rare().add(frame);
    }
    for (int payloadBytes : new int[] {0, 1, 31, 3000, 65535}) {
      Frame frame = good(6);
      Memory.putShortBe(TrainingFrames.ip(frame) + 4, payloadBytes);
      frames.rare().add(frame);
    }
    long[][] addresses = {
      {0, 0},
      {0, 1},
      {0, 2},
      {0, MAPPED_LOW},
      {0xfe80L << 48, 9},
      {0xff02L << 48, 1},
      {0xfd77L << 48, 3}
    };
    for (long[] address : addresses) {
      for (long toLow : new long[] {TO_LOW, 1}) {
        Frame from = frames.ip6(TrainingTables.RANGE6, toLow, 64, IpProtocol.UDP, 70);
        Ipv6.putSource(TrainingFrames.ip(from), address[0], address[1]);
        frames.rare().add(from);
      }
      frames.rare().add(frames.ip6(address[0], address[1], 64, IpProtocol.UDP, 70));
      frames.rare().add(frames.ip6(address[0], address[1], 1, IpProtocol.ICMPV6, 70));
    }
    for (int type = NeighbourDiscovery.ROUTER_SOLICITATION - 1;
        type <= Icmpv6.REDIRECT + 1;
        type++) {
      for (int hopLimit : new int[] {1, 64, NeighbourDiscovery.HOP_LIMIT}) {
        for (long toLow : new long[] {TO_LOW, 1}) {
          Frame frame = frames.ip6(TrainingTables.RANGE6, toLow, hopLimit, IpProtocol.ICMPV6, 72);
          Icmpv6.write(TrainingFrames.ip(frame) + Ipv6.HEADER_BYTES, type, 0, 0);
          frames.rare().add(frame);
        }
      }
    }
    frames.rare().add(frames.ip6(TrainingTables.RANGE6, TO_LOW, 255, IpProtocol.ICMPV6, 40));
    frames.rare().add(frames.ip6(TrainingTables.RANGE6, 1, 255, IpProtocol.ICMPV6, 40));
  }

  private Frame good(int version) {
    return version == 4
        ? frames.ip4(TO, 64, IpProtocol.UDP, 52)
        : frames.ip6(TrainingTables.RANGE6, TO_LOW, 64, IpProtocol.UDP, 72);
  }
}
