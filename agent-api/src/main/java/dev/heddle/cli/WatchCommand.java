package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle watch}: what changes, as it does. */
@Command(
    name = "watch",
    description = {
      "Tells a line for each change of what the daemon is told to do, and for each endpoint, uplink",
      "and worker that comes up or goes down, until it is interrupted. What is up and down at the",
      "beginning comes first. JSON is an object a line, YAML a document for each."
    },
    footer = {"heddle watch", "heddle watch --since 17 -o json"})
final class WatchCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Option(
      names = "--since",
      paramLabel = "REVISION",
      description = "Tells the changes after this revision, too. Default: only those to come.")
  private Long since;

  @Option(
      names = "--count",
      paramLabel = "NUMBER",
      description = "Ends after so many lines. Default: never.")
  private long count = Long.MAX_VALUE;

  @Override
  public void run() {
    if (since != null && since < 0) {
      throw new UsageException("--since " + since + ": no revision; give one that a listing told");
    }
    if (count < 1) {
      throw new UsageException("--count " + count + ": nothing to tell; give 1 or more");
    }
    new WatchCalls(socket, output).tell(since, count);
  }
}
