package dev.heddle.control;

import dev.heddle.api.v1.Memif;
import dev.heddle.model.MemifAttachment;
import java.nio.charset.StandardCharsets;

/** memif attachments between messages and the model. */
final class MemifReader {
  private MemifReader() {}

  /** Reads an attachment; null, with the mistakes noted, if it is not valid. */
  static MemifAttachment read(Memif message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    boolean server = message.getRole() == Memif.Role.ROLE_SERVER;
    if (!server && message.getRole() != Memif.Role.ROLE_CLIENT) {
      at.invalid("memif.role", message.getRoleValue(), "give ROLE_SERVER or ROLE_CLIENT");
    }
    boolean ipMode = message.getMode() == Memif.Mode.MODE_IP;
    if (!ipMode && message.getMode() != Memif.Mode.MODE_ETHERNET) {
      at.invalid("memif.mode", message.getModeValue(), "give MODE_ETHERNET or MODE_IP");
    }
    checkSocket(message, at);
    if (bytes(message.getSecret()) > MemifAttachment.MAX_SECRET_BYTES
        || message.getSecret().indexOf('\0') >= 0) {
      at.invalid(
          "memif.secret",
          "(not shown)",
          "give at most " + MemifAttachment.MAX_SECRET_BYTES + " bytes, none of them zero");
    }
    if (message.getSecretSet() && message.getSecret().isEmpty()) {
      // Where there is one to keep, it has been put in.
      at.failedPrecondition(
          "memif.secret_set",
          true,
          "there is no secret to keep, since it is not there or has none; give the secret, or leave"
              + " secret_set out");
    }
    int queues = orDefault(message.getQueues(), 1);
    checkRange("memif.queues", queues, 1, MemifAttachment.MAX_QUEUES, at);
    int log2RingSize = orDefault(message.getLog2RingSize(), MemifAttachment.DEFAULT_LOG2_RING_SIZE);
    checkRange(
        "memif.log2_ring_size",
        log2RingSize,
        MemifAttachment.MIN_LOG2_RING_SIZE,
        MemifAttachment.MAX_LOG2_RING_SIZE,
        at);
    int bufferBytes = orDefault(message.getBufferBytes(), MemifAttachment.DEFAULT_BUFFER_BYTES);
    checkRange(
        "memif.buffer_bytes",
        bufferBytes,
        MemifAttachment.MIN_BUFFER_BYTES,
        MemifAttachment.MAX_BUFFER_BYTES,
        at);
    if (bufferBytes % MemifAttachment.BUFFER_ALIGNMENT_BYTES != 0) {
      at.invalid(
          "memif.buffer_bytes",
          bufferBytes,
          "give a multiple of " + MemifAttachment.BUFFER_ALIGNMENT_BYTES);
    }
    int maxRegionMib = orDefault(message.getMaxRegionMib(), MemifAttachment.DEFAULT_MAX_REGION_MIB);
    checkRange("memif.max_region_mib", maxRegionMib, 1, MemifAttachment.MAX_MAX_REGION_MIB, at);
    if (mistakes.count() > before) {
      return null;
    }
    return new MemifAttachment(
        server,
        message.getSocket(),
        message.getNetns(),
        message.getId(),
        message.getSecret(),
        ipMode,
        queues,
        log2RingSize,
        bufferBytes,
        maxRegionMib,
        message.getAllowHugetlb(),
        message.getAllowUnsealed());
  }

  private static void checkSocket(Memif message, Field at) {
    String socket = message.getSocket();
    boolean isAbstract = socket.startsWith("@");
    if (!isAbstract && !socket.startsWith("/") || socket.length() < 2) {
      at.invalid("memif.socket", socket, "give an absolute path, or @ and an abstract name");
    } else if (bytes(socket) > MemifAttachment.MAX_SOCKET_BYTES || socket.indexOf('\0') >= 0) {
      at.invalid(
          "memif.socket",
          socket,
          "too long or with a zero byte; give at most "
              + MemifAttachment.MAX_SOCKET_BYTES
              + " bytes");
    }
    String netns = message.getNetns();
    if (!netns.isEmpty() && !isAbstract) {
      at.invalid(
          "memif.netns",
          netns,
          "a socket with a path belongs to no network namespace; leave it out");
    } else if (!netns.isEmpty() && (!netns.startsWith("/") || netns.indexOf('\0') >= 0)) {
      at.invalid("memif.netns", netns, "give the path of its file, such as /run/netns/blue");
    }
  }

  private static int orDefault(int value, int defaultValue) {
    return value == 0 ? defaultValue : value;
  }

  private static void checkRange(String field, int value, int from, int to, Field at) {
    if (value < from || value > to) {
      at.invalid(
          field,
          Integer.toUnsignedString(value),
          "out of range; give " + from + " to " + to + ", or leave it out for the default");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The attachment without its secret, which is never shown; only whether there is one. */
  static Memif toMessage(MemifAttachment memif) {
    return Memif.newBuilder()
        .setRole(memif.server() ? Memif.Role.ROLE_SERVER : Memif.Role.ROLE_CLIENT)
        .setSocket(memif.socket())
        .setNetns(memif.netns())
        .setId(memif.id())
        .setMode(memif.ipMode() ? Memif.Mode.MODE_IP : Memif.Mode.MODE_ETHERNET)
        .setQueues(memif.queues())
        .setLog2RingSize(memif.log2RingSize())
        .setBufferBytes(memif.bufferBytes())
        .setMaxRegionMib(memif.maxRegionMib())
        .setAllowHugetlb(memif.allowHugetlb())
        .setAllowUnsealed(memif.allowUnsealed())
        .setSecretSet(!memif.secret().isEmpty())
        .build();
  }
}
