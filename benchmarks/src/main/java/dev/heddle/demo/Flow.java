package dev.heddle.demo;

/**
 * Packets from one pod to one address, and what must become of them.
 *
 * @param from name of the pod that sends
 * @param source the address that it claims to have
 * @param arrivesAt name of the pod that must get all of them; null if none may get any
 * @param dropReason the drop reason that counts all of them; null if they arrive
 * @param droppedBeyond whether they are dropped where they leave the tunnel on the other node, and
 *     not at the sender's interface
 */
record Flow(
    String from,
    String source,
    String destination,
    int packets,
    String arrivesAt,
    String dropReason,
    boolean droppedBeyond) {
  static Flow arriving(String from, String source, String destination, int packets, String at) {
    return new Flow(from, source, destination, packets, at, null, false);
  }

  static Flow dropped(String from, String source, String destination, int packets, String reason) {
    return new Flow(from, source, destination, packets, null, reason, false);
  }

  static Flow droppedBeyond(
      String from, String source, String destination, int packets, String reason) {
    return new Flow(from, source, destination, packets, null, reason, true);
  }

  boolean arrives() {
    return arrivesAt != null;
  }
}
