package dev.heddle.port.memif.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes are written out by hand from the protocol's description. */
class MessageCodecTest {
  private static final MemifSecret SECRET = MemifSecret.of("s3cret");

  @Test
  void shouldMatchProtocolWhenAckIsEncoded() {
    assertTravels(new ControlMessage.Ack(), "0100");
  }

  @Test
  void shouldMatchProtocolWhenHelloIsEncoded() {
    assertTravels(
        new ControlMessage.Hello("heddle", 0x200, 0x200, 0x1f, 0x103, 0x2, 14),
        "0200" + text("heddle", 32) + "0002" + "0002" + "1f00" + "0301" + "0200" + "0e");
  }

  @Test
  void shouldMatchProtocolWhenInitIsEncoded() {
    assertTravels(
        new ControlMessage.Init(0x200, 0xfedcba98L, 1, SECRET, "peer"),
        "0300" + "0002" + "98badcfe" + "01" + text("s3cret", 24) + text("peer", 32));
  }

  @Test
  void shouldMatchProtocolWhenAddRegionIsEncoded() {
    assertTravels(
        new ControlMessage.AddRegion(3, 0x1_0203_0405L), "0400" + "0300" + "0504030201000000");
  }

  @Test
  void shouldMatchProtocolWhenAddRingIsEncoded() {
    assertTravels(
        new ControlMessage.AddRing(true, 2, 1, 0xfffffff0L, 10, 0x201),
        "0500" + "0100" + "0200" + "0100" + "f0ffffff" + "0a" + "0102");
    assertTravels(
        new ControlMessage.AddRing(false, 0, 0, 64, 1, 0),
        "0500" + "0000" + "0000" + "0000" + "40000000" + "01" + "0000");
  }

  @Test
  void shouldMatchProtocolWhenConnectionIsEncoded() {
    assertTravels(new ControlMessage.Connect("eth0"), "0600" + text("eth0", 32));
    assertTravels(new ControlMessage.Connected("eth1"), "0700" + text("eth1", 32));
  }

  @Test
  void shouldMatchProtocolWhenDisconnectIsEncoded() {
    assertTravels(
        new ControlMessage.Disconnect(0xffffffffL, "bye"), "0800" + "ffffffff" + text("bye", 96));
  }

  @Test
  void shouldKeepTypeWhenMessageIsUnknown() {
    assertTravels(new ControlMessage.Unknown(0x1234), "3412");
  }

  @Test
  void shouldOverwriteWholeMessageWhenBufferHeldAnother() {
    byte[] bytes = new byte[MessageCodec.MESSAGE_BYTES];
    Arrays.fill(bytes, (byte) 0xee);

    MessageCodec.encode(new ControlMessage.Ack(), MemorySegment.ofArray(bytes));

    assertThat(hex(bytes)).isEqualTo(padded("0100"));
  }

  @Test
  void shouldCutTextAndEndItWithNulWhenItIsTooLong() {
    byte[] bytes = new byte[MessageCodec.MESSAGE_BYTES];

    MessageCodec.encode(
        new ControlMessage.Connect("0123456789012345678901234567890123"),
        MemorySegment.ofArray(bytes));

    assertThat(hex(bytes)).isEqualTo(padded("0600" + text("0123456789012345678901234567890", 32)));
  }

  @Test
  void shouldReplaceControlCharactersWhenPeerSendsThem() {
    byte[] bytes = HexFormat.of().parseHex(padded("0600" + "1b5b324a" + "c3a4" + "41"));

    assertThat(MessageCodec.decode(MemorySegment.ofArray(bytes)))
        .isEqualTo(new ControlMessage.Connect("?[2J??A"));
  }

  @Test
  void shouldReadWholeFieldWhenNulIsMissing() {
    byte[] bytes = HexFormat.of().parseHex(padded("0600" + "41".repeat(40)));

    assertThat(MessageCodec.decode(MemorySegment.ofArray(bytes)))
        .isEqualTo(new ControlMessage.Connect("A".repeat(32)));
  }

  @Test
  void shouldHideSecretWhenInitIsPrinted() {
    assertThat(new ControlMessage.Init(0x200, 1, 0, SECRET, "peer").toString())
        .doesNotContain("s3cret");
  }

  private static void assertTravels(ControlMessage message, String expectedHex) {
    byte[] bytes = new byte[MessageCodec.MESSAGE_BYTES];
    MessageCodec.encode(message, MemorySegment.ofArray(bytes));

    assertThat(hex(bytes)).isEqualTo(padded(expectedHex));
    assertThat(MessageCodec.decode(MemorySegment.ofArray(bytes))).isEqualTo(message);
  }

  private static String text(String text, int fieldBytes) {
    return hex(Arrays.copyOf(text.getBytes(US_ASCII), fieldBytes));
  }

  private static String padded(String hex) {
    return hex + "00".repeat(MessageCodec.MESSAGE_BYTES - hex.length() / 2);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
