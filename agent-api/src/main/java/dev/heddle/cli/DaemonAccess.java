package dev.heddle.cli;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.RunDirectory;
import dev.heddle.api.v1.Operation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The daemon that a command talks to. */
final class DaemonAccess {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @Option(
      names = "--socket",
      paramLabel = "FILE",
      description = "The daemon's socket. Default: /run/heddle/heddle.sock.")
  private Path socket = RunDirectory.SOCKET;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Asks the daemon; what it answers to a mistake becomes the command's message. */
  <T> T ask(Function<HeddleClient, T> question) {
    try (HeddleClient client = HeddleClient.connect(socket, TIMEOUT)) {
      return question.apply(client);
    } catch (StatusRuntimeException e) {
      throw new CommandException(explain(e.getStatus()));
    }
  }

  /** Applies one operation and tells the revision that holds it. */
  void apply(Operation operation) {
    long revision = ask(client -> client.apply(operation));
    command.commandLine().getOut().println("revision " + revision);
  }

  /** Reads what was typed, such as an address. */
  <T> T read(Function<String, T> reader, String text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private String explain(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          "no daemon answers on " + socket + ": start heddled, or name its socket with --socket";
      case DEADLINE_EXCEEDED ->
          "the daemon on "
              + socket
              + " did not answer within "
              + TIMEOUT.toSeconds()
              + " s: heddle stats works without it";
      default -> status.getDescription();
    };
  }
}
