package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.wire.Checksum;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Ipv4;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FragmenterTest {
  private static final int BUFFER_BYTES = 10_000;
  private static final int MORE = 0x2000;
  private static final int ROUNDS = 2_000;

  /** Record route (not copied), router alert (copied), two fillers, security (copied). */
  private static final String OPTIONS = "07040400" + "94040000" + "0101" + "8204abcd" + "0000";

  private final Arena arena = Arena.ofConfined();
  private final long frame = arena.allocate(BUFFER_BYTES, 64).address();
  private final long fragment = arena.allocate(BUFFER_BYTES, 64).address();
  private final long ip = frame + Ethernet.HEADER_BYTES;
  private final SplittableRandom random = new SplittableRandom(791);

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldAllowOnlyIpv4ThatMayBeCut() {
    packet(2000, 0, "");
    assertThat(Fragmenter.isAllowed(frame)).isTrue();
    packet(2000, 0x4000, "");
    assertThat(Fragmenter.isAllowed(frame)).isFalse();
    packet(2000, 0, "");
    Memory.putByte(ip, (byte) 0x60);
    assertThat(Fragmenter.isAllowed(frame)).isFalse();
  }

  @Test
  void shouldHoldWholePayloadInOrderWhenPacketIsCut() {
    for (int round = 0; round < ROUNDS; round++) {
      String options = random.nextBoolean() ? OPTIONS : "";
      int offset = random.nextInt(3) == 0 ? random.nextInt(500) : 0;
      boolean more = random.nextInt(3) == 0;
      int payloadBytes = 100 + random.nextInt(7000);
      int mtuBytes = 68 + random.nextInt(payloadBytes);
      byte[] payload = packet(payloadBytes, offset | (more ? MORE : 0), options);

      List<byte[]> parts = cut(mtuBytes);

      int at = 0;
      for (byte[] part : parts) {
        boolean last = part == parts.getLast();
        int headerBytes = (part[0] & 0xf) * 4;
        assertThat(part.length).isLessThanOrEqualTo(mtuBytes);
        assertThat(part.length).isEqualTo(field(part, 2));
        assertThat(field(part, 4)).isEqualTo(0x1234);
        assertThat(field(part, 6) & 0x1fff).isEqualTo(offset + at / 8);
        assertThat((field(part, 6) & MORE) != 0).isEqualTo(!last || more);
        for (int i = headerBytes; i < part.length; i++) {
          assertThat(part[i]).isEqualTo(payload[at++]);
        }
        assertThat(last || part.length + 8 > mtuBytes).as("no room is left unused").isTrue();
      }
      assertThat(at).isEqualTo(payloadBytes);
    }
  }

  @Test
  void shouldKeepOnlyCopiedOptionsWhenFragmentIsNotFirst() {
    packet(1000, 0, OPTIONS);
    List<byte[]> parts = cut(500);
    HexFormat hex = HexFormat.of();
    assertThat(hex.formatHex(parts.get(0), 20, 36)).isEqualTo(OPTIONS);
    assertThat(hex.formatHex(parts.get(1), 20, 28)).isEqualTo("940400008204abcd");
    assertThat(parts.get(1)[0]).isEqualTo((byte) 0x47);
    packet(1000, 0, "07040400");
    assertThat(cut(500).get(1)[0]).isEqualTo((byte) 0x45);
    packet(1000, 0, "0101018203ab0000");
    parts = cut(500);
    assertThat(hex.formatHex(parts.get(1), 20, 24)).isEqualTo("8203ab00");
  }

  private List<byte[]> cut(int mtuBytes) {
    List<byte[]> parts = new ArrayList<>();
    int at = 0;
    while (at < Fragmenter.payloadBytes(frame)) {
      int next = Fragmenter.cut(frame, at, mtuBytes, fragment);
      long cut = fragment + Ethernet.HEADER_BYTES;
      assertThat(next).isGreaterThan(at);
      assertThat(Ipv4.isChecksumRight(cut, Ipv4.headerBytes(cut))).isTrue();
      assertThat(Memory.getLong(fragment)).isEqualTo(Memory.getLong(frame));
      byte[] part = new byte[Ipv4.totalBytes(cut)];
      for (int i = 0; i < part.length; i++) {
        part[i] = Memory.getByte(cut + i);
      }
      parts.add(part);
      at = next;
    }
    return parts;
  }

  /** Returns the payload. */
  private byte[] packet(int payloadBytes, int flagsAndOffset, String options) {
    byte[] option = HexFormat.of().parseHex(options);
    int headerBytes = Ipv4.HEADER_BYTES + option.length;
    Ethernet.write(frame, 0x0102_0304_0506L, 0x0203_0405_0607L, Ethernet.TYPE_IPV4);
    Ipv4.write(ip, 0, headerBytes + payloadBytes, 9, 17, 0x0a00_0001, 0x0a00_0002);
    Memory.putByte(ip, (byte) (0x40 | headerBytes / 4));
    Memory.putShortBe(ip + 4, 0x1234);
    Memory.putShortBe(ip + 6, flagsAndOffset);
    put(ip + Ipv4.HEADER_BYTES, option);
    Memory.putShortBe(ip + 10, 0);
    Memory.putShortBe(ip + 10, Checksum.finish(Checksum.sum(ip, headerBytes)));
    byte[] payload = new byte[payloadBytes];
    random.nextBytes(payload);
    put(ip + headerBytes, payload);
    return payload;
  }

  private static void put(long address, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      Memory.putByte(address + i, bytes[i]);
    }
  }

  private static int field(byte[] part, int at) {
    return (part[at] & 0xff) << 8 | part[at + 1] & 0xff;
  }
}
