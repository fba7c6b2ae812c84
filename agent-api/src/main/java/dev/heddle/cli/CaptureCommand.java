package dev.heddle.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle capture}: writes an interface's packets to a file. */
@Command(
    name = "capture",
    addMethodSubcommands = false,
    description = "Writes an interface's packets to a file for tcpdump or Wireshark.")
final class CaptureCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Which of an interface's packets. */
  enum Direction {
    IN,
    OUT,
    DROP,
    BOTH
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: start, stop or list");
  }

  @Command(
      name = "start",
      description = {
        "Starts to write packets to a file, in the background, and tells the capture's number.",
        "A dropped packet has the reason as its comment."
      },
      footer = "heddle capture start --interface a --filter 'tcp port 80' -o /tmp/a.pcapng")
  void start(
      @Option(
              names = "--interface",
              required = true,
              paramLabel = "NAME",
              description = "The endpoint, or uplink:NAME, as heddle show interface names it.")
          String interfaceName,
      @Option(
              names = {"-o", "--output"},
              required = true,
              paramLabel = "FILE",
              description = "The file, in pcapng format; it must not be there yet.")
          Path file,
      @Option(
              names = "--filter",
              defaultValue = "",
              paramLabel = "EXPRESSION",
              description = "Only packets such as 'tcp port 80', see pcap-filter(7).")
          String filter,
      @Option(
              names = "--direction",
              defaultValue = "BOTH",
              paramLabel = "DIRECTION",
              description =
                  "in, out, drop (only what is dropped) or both. Default: ${DEFAULT-VALUE}.")
          Direction direction,
      @Option(
              names = "--packets",
              defaultValue = "0",
              paramLabel = "NUMBER",
              description = "Ends after so many packets.")
          long packets,
      @Option(
              names = "--seconds",
              defaultValue = "0",
              paramLabel = "NUMBER",
              description = "Ends after so many seconds.")
          int seconds,
      @Option(
              names = "--snap",
              defaultValue = "0",
              paramLabel = "BYTES",
              description = "Keeps so many bytes of each packet. Default: all.")
          int snapBytes,
      @Mixin SocketOption socket) {
    checkNotNegative("--packets", packets);
    checkNotNegative("--seconds", seconds);
    checkNotNegative("--snap", snapBytes);
    CaptureCalls.start(socket, interfaceName, direction, filter, file, packets, seconds, snapBytes);
  }

  private static void checkNotNegative(String option, long value) {
    if (value < 0) {
      throw new UsageException(option + " " + value + ": negative; give 1 or more");
    }
  }

  @Command(
      name = "stop",
      description = "Ends captures and tells what is in their files, when these are complete.",
      footer = "heddle capture stop 1")
  void stop(
      @Parameters(arity = "1..*", paramLabel = "NUMBER", description = "Their numbers.")
          List<Integer> numbers,
      @Mixin SocketOption socket) {
    CaptureCalls.stop(socket, numbers);
  }

  @Command(
      name = "list",
      description = "Lists the captures under way, and the last ones that have ended.",
      footer = "heddle capture list")
  void list(@Mixin SocketOption socket, @Mixin Output output) {
    CaptureCalls.list(socket, output);
  }
}
