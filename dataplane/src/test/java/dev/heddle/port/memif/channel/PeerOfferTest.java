package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

/** What depends on files that not every machine can make: huge pages. */
class PeerOfferTest {
  private static final MemifConfig CONFIG = Configs.server(1, MemifSocket.of("@x"), 0);
  private static final long BYTES = 2 << 20;
  private static final SharedFile HUGE = new SharedFile(100, true, BYTES, true, true);
  private static final SharedFile UNSEALED = new SharedFile(101, true, BYTES, false, false);

  @Test
  void shouldRefuseHugePagesWhenNotAllowed() {
    PeerOffer offer = new PeerOffer(CONFIG);

    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> offer.addRegion(new ControlMessage.AddRegion(0, BYTES), HUGE))
        .satisfies(e -> assertThat(e.refusal()).isEqualTo(LinkRefusal.REGION_HUGETLB));
    assertThat(offer.descriptors()).isEmpty();
  }

  @Test
  void shouldTakeHugePagesWhenAllowed() throws RefusedException {
    MemifMemory huge = new MemifMemory(8, 2048, BYTES, true, false);
    PeerOffer offer = new PeerOffer(Configs.memory(CONFIG, huge));

    offer.addRegion(new ControlMessage.AddRegion(0, BYTES), HUGE);

    assertThat(offer.descriptors()).containsExactly(100);
  }

  @Test
  void shouldTakeUnsealedMemoryWhenAllowed() throws RefusedException {
    MemifMemory trusting = new MemifMemory(8, 2048, BYTES, false, true);
    PeerOffer offer = new PeerOffer(Configs.memory(CONFIG, trusting));

    offer.addRegion(new ControlMessage.AddRegion(0, BYTES), UNSEALED);

    assertThat(offer.descriptors()).containsExactly(101);
  }

  @Test
  void shouldRefuseWhenRingsLeaveGap() throws RefusedException {
    PeerOffer offer = new PeerOffer(Configs.queues(CONFIG, 3, 1));
    offer.addRegion(
        new ControlMessage.AddRegion(0, BYTES), new SharedFile(5, true, BYTES, true, false));
    offer.addRing(new ControlMessage.AddRing(true, 0, 0, 0, 8, 0), 6);
    offer.addRing(new ControlMessage.AddRing(true, 2, 0, 8192, 8, 0), 7);
    offer.addRing(new ControlMessage.AddRing(false, 0, 0, 16384, 8, 0), 8);

    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(offer::requireComplete)
        .satisfies(e -> assertThat(e.refusal()).isEqualTo(LinkRefusal.RING_MISSING));
    assertThat(offer.descriptors()).containsExactly(5, 6, 7, 8);
  }
}
