package dev.heddle.observe;

/** What a worker counts of itself, whichever interface its packets belong to. */
public enum WorkerCounter {
  PACKETS("packets", "packets taken from interfaces, good or bad"),
  BATCHES("batches", "batches that held at least one packet"),
  BATCH_1("batch-1", "batches of 1 packet"),
  BATCH_2("batch-2", "batches of 2 or 3 packets"),
  BATCH_4("batch-4", "batches of 4 to 7 packets"),
  BATCH_8("batch-8", "batches of 8 to 15 packets"),
  BATCH_16("batch-16", "batches of 16 to 31 packets"),
  BATCH_32("batch-32", "batches of 32 to 63 packets"),
  BATCH_64("batch-64", "batches of 64 to 127 packets"),
  BATCH_128("batch-128", "batches of 128 to 255 packets"),
  BATCH_256("batch-256", "batches of 256 packets or more"),
  WORK_CYCLES("work-cycles", "turns of the duty cycle that found something to do"),
  IDLE_CYCLES("idle-cycles", "turns of the duty cycle that found nothing to do"),
  BUSY_NS("busy-ns", "nanoseconds spent in turns that found something to do"),
  IDLE_NS("idle-ns", "nanoseconds spent in turns that found nothing, and asleep"),
  SLEEPS("sleeps", "times that the worker went to sleep because nothing came"),
  WAKEUPS("wakeups", "times that an interrupt or a command woke it"),
  COMMANDS("commands", "commands taken from the control side"),
  REVISION("revision", "revision of the tables that the worker runs"),
  STALLS(
      "stalls",
      "times that the worker stood still for 100 ms or more although it should take turns"),
  POOL_BUFFERS("pool-buffers", "buffers of the pool for packets that outlive their batch"),
  POOL_USED("pool-used", "buffers of that pool in use now"),
  FLOWS_ADDED("flows-added", "connections that policy let through and that are followed"),
  FLOWS_REFUSED(
      "flows-refused",
      "packets that policy let through and whose connection is not followed, as its network has too"
          + " many: answers are decided like any other packet"),
  FLOWS_RENEWED(
      "flows-renewed", "connections that a change of policy made the worker decide about again"),
  POLICY_NOTES_LOST(
      "policy-notes-lost",
      "packets that a Log rule met and that the policy log does not show, because too many did"),
  NEIGHBOUR_REPORTS_LOST(
      "neighbour-reports-lost",
      "messages of underlay neighbours not looked at, because too many came at once");

  private final String label;
  private final String description;

  WorkerCounter(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** The name that the CLI and the documentation use. */
  public String label() {
    return label;
  }

  /** One sentence for an operator. */
  public String description() {
    return description;
  }
}
