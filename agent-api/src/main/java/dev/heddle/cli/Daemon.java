package dev.heddle.cli;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.Operation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The daemon at the other end of a socket. */
final class Daemon {
  /** Loading a large transaction takes seconds at most. */
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** Whoever looks at counters does not wait long for a daemon that is stuck. */
  private static final Duration BESIDE_COUNTERS_TIMEOUT = Duration.ofSeconds(3);

  /** Kept, since the log manager holds loggers weakly and would forget the level. */
  private static final List<Logger> SILENCED =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

  static {
    // What libraries log is not for whoever types a command: failures come as exceptions.
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
  }

  private Daemon() {}

  /**
   * Asks or tells the daemon something.
   *
   * @throws CommandException if it refuses or does not answer
   */
  static <T> T ask(SocketOption socket, Function<HeddleClient, T> question) {
    return ask(socket, TIMEOUT, question);
  }

  /** The same with another limit on how long each call of the question may take. */
  static <T> T ask(SocketOption socket, Duration timeout, Function<HeddleClient, T> question) {
    try (HeddleClient client = HeddleClient.connect(socket.path(), timeout)) {
      return question.apply(client);
    } catch (StatusRuntimeException e) {
      throw new CommandException(explain(socket.path(), timeout, e.getStatus()));
    }
  }

  /**
   * Asks a certain daemon something that is told beside its counters, and does not wait for long.
   *
   * @param pid of that daemon
   * @throws CommandException if it does not answer soon, or another one does
   */
  static <T> T askIf(long pid, SocketOption socket, Function<HeddleClient, T> question) {
    T answer =
        ask(
            socket,
            BESIDE_COUNTERS_TIMEOUT,
            client -> client.serverInfo().getPid() == pid ? question.apply(client) : null);
    if (answer == null) {
      throw new CommandException("another daemon answers on " + socket.path() + "; use --socket");
    }
    return answer;
  }

  /** Applies operations as one transaction and prints the revision that every worker runs then. */
  static void apply(SocketOption socket, List<Operation> operations) {
    long revision = ask(socket, client -> client.apply(operations));
    socket.out().println("revision " + revision);
  }

  private static String explain(Path socket, Duration timeout, Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          "no daemon answers on " + socket + ": start heddled, or name its socket with --socket";
      case DEADLINE_EXCEEDED ->
          "the daemon on %s did not answer within %d s: heddle top and heddle stats work without it"
              .formatted(socket, timeout.toSeconds());
      default -> status.getDescription() == null ? status.toString() : status.getDescription();
    };
  }
}
