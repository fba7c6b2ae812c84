package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.Memfd;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.SharedMapping;
import dev.heddle.ffi.linux.UnixAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A client that says whatever a test wants it to say, right or wrong. */
final class RawClient extends RawPeer {
  static final int REGION_BYTES = 1 << 20;
  static final int LOG2_RING_SIZE = 8;

  private RawClient(SeqpacketSocket socket) {
    super(socket);
  }

  static RawClient connect(MemifSocket name) {
    return new RawClient(SeqpacketSocket.connect(UnixAddress.ofPath(Path.of(name.name()))));
  }

  /** Connects, takes HELLO, and has INIT acknowledged. */
  static RawClient identified(MemifSocket name, long id) {
    RawClient client = connect(name);
    assertThat(client.receive()).isInstanceOf(ControlMessage.Hello.class);
    client.send(init(id));
    assertThat(client.receive()).isEqualTo(new ControlMessage.Ack());
    return client;
  }

  /** Goes on until a region is shared that holds a ring for each direction. */
  static RawClient withRegion(MemifSocket name, long id) {
    RawClient client = identified(name, id);
    client.share(new ControlMessage.AddRegion(0, REGION_BYTES), region(REGION_BYTES, true));
    assertThat(client.receive()).isEqualTo(new ControlMessage.Ack());
    return client;
  }

  static ControlMessage.Init init(long id) {
    return new ControlMessage.Init(ControlMessage.VERSION, id, 0, MemifSecret.NONE, "raw");
  }

  /** The ring for one direction, each in its own half of the region. */
  static ControlMessage.AddRing ring(boolean toServer) {
    return new ControlMessage.AddRing(
        toServer, 0, 0, toServer ? 0 : REGION_BYTES / 2, LOG2_RING_SIZE, 0);
  }

  /** A memory file with a ring's cookie at the start of either half. */
  static int region(int bytes, boolean sealed) {
    int fd = Memfd.create("raw", bytes);
    try (SharedMapping mapping = SharedMapping.of(fd, bytes)) {
      MemorySegment memory = mapping.segment();
      memory.set(ValueLayout.JAVA_INT, 0, 0x3e31f20);
      memory.set(ValueLayout.JAVA_INT, bytes / 2, 0x3e31f20);
    }
    if (sealed) {
      Memfd.addSeals(fd, Memfd.SEAL_SHRINK);
    }
    return fd;
  }

  /** Shares a ring with an interrupt of its own. */
  void shareRing(ControlMessage.AddRing ring) {
    share(ring, EventFd.create());
  }
}
