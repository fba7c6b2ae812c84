package dev.heddle.ffi.dpdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drives DPDK's own virtual devices in this process. */
class EthPortTest {
  private static final int BUFFERS = 4095;
  private static final int PACKET_BYTES = 2048;
  private static final int MTU = 1500;
  private static final int BURST = 32;

  private final Arena arena = Arena.ofConfined();
  private Mempool pool;

  @BeforeAll
  static void startDpdk() {
    Eal.start(EalArguments.defaults(false));
    Eal.registerThread();
  }

  @AfterAll
  static void forgetThisThread() {
    Eal.unregisterThread();
  }

  @BeforeEach
  void createPool() {
    pool = Mempool.create("test", BUFFERS, PACKET_BYTES);
  }

  @AfterEach
  void close() {
    pool.close();
    arena.close();
  }

  @Test
  void shouldBeTheVersionOfDebian() {
    assertThat(Eal.version()).startsWith("DPDK 22.11.");
    assertThat(Eal.missing()).isEmpty();
  }

  @Test
  void shouldReceiveFromTheNullDevice() {
    try (EthPort port = started("net_null0,size=64")) {
      MemorySegment mbufs = arena.allocate(8L * BURST, 8);
      int count = port.receiver(0).receive(mbufs, BURST);
      assertThat(count).isEqualTo(BURST);
      for (int i = 0; i < count; i++) {
        long mbuf = Memory.getLong(mbufs.address() + 8L * i);
        assertThat(Mbuf.isWhole(mbuf)).isTrue();
        assertThat(Mbuf.packetBytes(mbuf)).isEqualTo(64);
        assertThat(Memory.getLong(Mbuf.data(mbuf))).isZero();
      }
      assertThat(pool.free()).isEqualTo(BUFFERS - BURST);
      MbufRelease.toPools().release(mbufs, count);
      assertThat(pool.free()).isEqualTo(BUFFERS);
      assertThat(port.statistics().receivedPackets()).isEqualTo(BURST);
    }
  }

  @Test
  void shouldReceiveWhatItSentThroughARing() {
    try (EthPort port = started("net_ring0")) {
      MemorySegment mbufs = arena.allocate(8L * BURST, 8);
      MbufCache cache = pool.cacheOfThisThread();
      assertThat(cache.available(BURST)).isEqualTo(BURST);
      long top = cache.top();
      for (int i = 0; i < BURST; i++) {
        long mbuf = MbufCache.at(top, i);
        Memory.putLong(Mbuf.writeAddress(mbuf), i);
        Mbuf.describe(mbuf, 60 + i);
        Memory.putLong(mbufs.address() + 8L * i, mbuf);
      }
      cache.take(BURST);
      assertThat(port.transmitter(0).send(mbufs, BURST)).isEqualTo(BURST);
      mbufs.fill((byte) 0);
      assertThat(port.receiver(0).receive(mbufs, BURST)).isEqualTo(BURST);
      for (int i = 0; i < BURST; i++) {
        long mbuf = Memory.getLong(mbufs.address() + 8L * i);
        assertThat(Memory.getLong(Mbuf.data(mbuf))).isEqualTo(i);
        assertThat(Mbuf.packetBytes(mbuf)).isEqualTo(60 + i);
      }
      MbufRelease.toPools().release(mbufs, BURST);
    }
    assertThat(pool.free()).isEqualTo(BUFFERS);
  }

  @Test
  void shouldTakeEveryBufferOfThePoolAndNoMore() {
    MbufCache cache = pool.cacheOfThisThread();
    MemorySegment taken = arena.allocate(8L * BUFFERS, 8);
    int count = 0;
    for (int available = cache.available(256); available > 0; available = cache.available(256)) {
      long top = cache.top();
      for (int i = 0; i < available; i++) {
        Mbuf.describe(MbufCache.at(top, i), 60);
        taken.setAtIndex(java.lang.foreign.ValueLayout.JAVA_LONG, count++, MbufCache.at(top, i));
      }
      cache.take(available);
    }
    assertThat(count).isEqualTo(BUFFERS);
    assertThat(taken.asByteBuffer().order(java.nio.ByteOrder.nativeOrder()).asLongBuffer())
        .satisfies(mbufs -> {
          long[] all = new long[BUFFERS];
          mbufs.get(all);
          assertThat(all).doesNotHaveDuplicates();
        });
    MbufRelease.toPools().release(taken, count);
    assertThat(pool.free()).isEqualTo(BUFFERS);
  }

  @Test
  void shouldTellAndChangeWhatTheDeviceHas() {
    try (EthPort port = started("net_null1")) {
      assertThat(port.info().driver()).isEqualTo("net_null");
      assertThat(port.info().maxReceiveQueues()).isPositive();
      byte[] mac = {2, 0, 0, 0, 0, 9};
      port.setMac(mac);
      assertThat(port.mac()).isEqualTo(mac);
      assertThat(port.mtu()).isEqualTo(MTU);
      assertThat(port.setPromiscuous(true)).isTrue();
      assertThat(port.isPromiscuous()).isTrue();
      assertThat(port.link().up()).isTrue();
      assertThat(port.link().speedMbps()).isEqualTo(10_000);
    }
  }

  @Test
  void shouldComeAndGoManyTimes() {
    for (int i = 0; i < 40; i++) {
      started("net_null2").close();
    }
    assertThat(pool.free()).isEqualTo(BUFFERS);
  }

  @Test
  void shouldRefuseADeviceTwiceAndOneThatIsNotThere() {
    try (EthPort _ = EthPort.attach("net_null3")) {
      assertThatThrownBy(() -> EthPort.attach("net_null3,size=60"))
          .isInstanceOf(DpdkException.class)
          .hasMessageContaining("net_null3")
          .hasMessageContaining("in use");
    }
    assertThatThrownBy(() -> EthPort.attach("net_nonsense0"))
        .isInstanceOf(DpdkException.class)
        .hasMessageContaining("net_nonsense0");
    assertThatThrownBy(() -> EthPort.attach("0000:ff:1f.7"))
        .isInstanceOf(DpdkException.class)
        .hasMessageContaining("0000:ff:1f.7");
  }

  @Test
  void shouldRefuseMoreQueuesThanTheDeviceHas() {
    try (EthPort port = EthPort.attach("net_null4")) {
      int queues = port.info().maxReceiveQueues() + 1;
      assertThatThrownBy(() -> port.configure(new PortSetup(queues, 1, 512, MTU, pool)))
          .isInstanceOf(DpdkException.class)
          .hasMessageContaining("net_null4");
    }
  }

  @Test
  void shouldNotKeepBuffersForThreadsThatDpdkDoesNotKnow() throws InterruptedException {
    Throwable[] thrown = new Throwable[1];
    Thread stranger =
        new Thread(() -> {
          try {
            pool.cacheOfThisThread();
          } catch (DpdkException e) {
            thrown[0] = e;
          }
        });
    stranger.start();
    stranger.join();
    assertThat(thrown[0]).isInstanceOf(DpdkException.class);
  }

  private EthPort started(String arguments) {
    EthPort port = EthPort.attach(arguments);
    port.configure(new PortSetup(1, 1, 512, MTU, pool));
    port.start();
    return port;
  }
}
