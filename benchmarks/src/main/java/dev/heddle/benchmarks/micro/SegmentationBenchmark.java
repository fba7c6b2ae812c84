package dev.heddle.benchmarks.micro;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Offload;
import dev.heddle.packet.PacketPool;
import dev.heddle.stage.OffloadChecks;
import dev.heddle.stage.Segmentation;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Tcp;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A large TCP packet is checked and cut; usual segments, and as many and small as may be asked. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SegmentationBenchmark {
  private static final int TRANSPORT = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;
  private static final int HEADER_BYTES = TRANSPORT + Tcp.HEADER_BYTES;
  private static final int ADDRESS = 0x0a00_0001;
  private static final byte FIVE_WORDS = 0x50;
  private static final int DATA_OFFSET = 12;

  @Param({"45x1448", "1024x8"})
  public String segments;

  private final Arena arena = Arena.ofShared();
  private final long frame = arena.allocate(Batch.OFFLOAD_FRAME_BYTES, 64).address();
  private final long segment = arena.allocate(PacketPool.CAPACITY_BYTES, 64).address();
  private long offload;

  /** Writes the packet. */
  @Setup
  public void write() {
    int count = Integer.parseInt(segments.substring(0, segments.indexOf('x')));
    int bytes = Integer.parseInt(segments.substring(segments.indexOf('x') + 1));
    int packetBytes = HEADER_BYTES - Ethernet.HEADER_BYTES + count * bytes;
    Ethernet.write(frame, 2, 2, Ethernet.TYPE_IPV4);
    long ip = frame + Ethernet.HEADER_BYTES;
    Ipv4.write(ip, 0, packetBytes, 64, IpProtocol.TCP, ADDRESS, ADDRESS + 1);
    Memory.putByte(frame + TRANSPORT + DATA_OFFSET, FIVE_WORDS);
    int flags = Offload.NEEDS_CHECKSUM;
    offload = Offload.of(bytes, Offload.GSO_TCP4, flags, TRANSPORT, Tcp.CHECKSUM);
  }

  /** Frees everything. */
  @TearDown
  public void free() {
    arena.close();
  }

  /** The whole packet. */
  @Benchmark
  public int cut() {
    long checked = OffloadChecks.check(frame, offload);
    int payloadBytes = Segmentation.payloadBytes(frame, checked);
    int at = 0;
    while (at < payloadBytes) {
      at = Segmentation.cut(frame, checked, at, segment);
    }
    return at;
  }
}
