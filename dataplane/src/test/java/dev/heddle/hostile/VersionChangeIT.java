package dev.heddle.hostile;

import static dev.heddle.api.Operations.upsert;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pod that changes whether its packet is IPv4 or IPv6 while it is looked up and forwarded. */
class VersionChangeIT {
  private static final int FRAMES = 100_000;
  private static final int VICTIMS_FRAMES = 2_000;
  private static final int BURST = 4;

  /** The end of the source MAC address, EtherType, version and header length, type of service. */
  private static final int TYPE_AND_VERSION_OFFSET = 8;

  private final Scene scene = new Scene(false);

  @AfterEach
  void stop() {
    scene.close();
  }

  /** Nobody in red has the address; in blue it is a victim's. */
  @Test
  void shouldStayInItsNetworkWhenThePacketChangesItsVersion() {
    scene.client().apply(upsert(scene.endpoint("mona", "red", false, Scene.MALLORY)));
    try (Pod mona = scene.join("mona")) {
      byte[] four = Frames.udp(scene.routerMac(), Scene.MALLORY, Scene.BOB, 1, 100);
      byte[] six = four.clone();
      six[12] = (byte) 0x86;
      six[13] = (byte) 0xdd;
      six[14] = 0x60;
      MemorySegment[] buffers = new MemorySegment[PodMemory.SLOTS];
      for (int ahead = 0; ahead < buffers.length; ahead++) {
        mona.fill(ahead, four);
        int index = mona.sendIndex() + ahead;
        MemorySegment region = mona.region(mona.toDaemon().region(index)).segment();
        buffers[ahead] = region.asSlice(mona.toDaemon().offset(index), four.length);
      }
      try (Flipper flipper =
          new Flipper(() -> {
            overwriteAll(buffers, word(six));
            overwriteAll(buffers, word(four));
          })) {
        flipper.awaitMore(1);
        for (int sent = 0; sent < FRAMES; sent += BURST) {
          mona.publish(BURST);
          mona.awaitSent();
        }
      }
      scene.victims().awaitMore(VICTIMS_FRAMES);
      scene.assertOthersUnharmed();
    }
  }

  private static void overwriteAll(MemorySegment[] buffers, long word) {
    for (MemorySegment buffer : buffers) {
      buffer.set(JAVA_LONG_UNALIGNED, TYPE_AND_VERSION_OFFSET, word);
    }
  }

  private static long word(byte[] frame) {
    return MemorySegment.ofArray(frame).get(JAVA_LONG_UNALIGNED, TYPE_AND_VERSION_OFFSET);
  }
}
