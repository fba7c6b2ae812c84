package dev.heddle.port.memif.channel;

import java.util.Optional;

/** Interfaces for tests: Ethernet, one queue each way, 256 descriptors, and what a test changes. */
final class Configs {
  static final MemifMemory MEMORY = new MemifMemory(8, 2048, 64L << 20, false, false);

  private Configs() {}

  static MemifConfig server(int index, MemifSocket socket, long id) {
    return with(index, MemifRole.SERVER, socket, id);
  }

  static MemifConfig client(int index, MemifSocket socket, long id) {
    return with(index, MemifRole.CLIENT, socket, id);
  }

  private static MemifConfig with(int index, MemifRole role, MemifSocket socket, long id) {
    return new MemifConfig(
        index, "pod" + index, role, MemifMode.ETHERNET, socket, id, Optional.empty(), 1, 1, MEMORY);
  }

  static MemifConfig queues(MemifConfig config, int receive, int transmit) {
    return new MemifConfig(
        config.interfaceIndex(),
        config.name(),
        config.role(),
        config.mode(),
        config.socket(),
        config.id(),
        config.secret(),
        receive,
        transmit,
        config.memory());
  }

  static MemifConfig secret(MemifConfig config, String secret) {
    return new MemifConfig(
        config.interfaceIndex(),
        config.name(),
        config.role(),
        config.mode(),
        config.socket(),
        config.id(),
        Optional.of(MemifSecret.of(secret)),
        config.receiveQueues(),
        config.transmitQueues(),
        config.memory());
  }

  static MemifConfig mode(MemifConfig config, MemifMode mode) {
    return new MemifConfig(
        config.interfaceIndex(),
        config.name(),
        config.role(),
        mode,
        config.socket(),
        config.id(),
        config.secret(),
        config.receiveQueues(),
        config.transmitQueues(),
        config.memory());
  }

  static MemifConfig memory(MemifConfig config, MemifMemory memory) {
    return new MemifConfig(
        config.interfaceIndex(),
        config.name(),
        config.role(),
        config.mode(),
        config.socket(),
        config.id(),
        config.secret(),
        config.receiveQueues(),
        config.transmitQueues(),
        memory);
  }
}
