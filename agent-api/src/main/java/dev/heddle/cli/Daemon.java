package dev.heddle.cli;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.Operation;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The daemon at the other end of a command.
 *
 * <p>The command line library reads the signatures of all commands at each start. So commands hold
 * options alone, and what needs classes of gRPC stands here and in the {@code Calls} classes, which
 * are loaded only when they are used.
 */
final class Daemon {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /**
   * gRPC asks for TCP keepalive also on a Unix socket, and Netty warns of it, here through
   * java.util.logging. The reference keeps the logger and with it the level.
   */
  private static final Logger NETTY_BOOTSTRAP = Logger.getLogger("io.netty.bootstrap");

  static {
    NETTY_BOOTSTRAP.setLevel(Level.SEVERE);
  }

  private Daemon() {}

  /** Asks the daemon; its word about a mistake becomes the command's message. */
  static <T> T ask(DaemonAccess access, Function<HeddleClient, T> question) {
    try (HeddleClient client = HeddleClient.connect(access.socket(), TIMEOUT)) {
      return question.apply(client);
    } catch (StatusRuntimeException e) {
      throw new CommandException(explain(access.socket(), e.getStatus()));
    }
  }

  /** Applies one operation and tells the revision that holds it. */
  static void apply(DaemonAccess access, Operation operation) {
    long revision = ask(access, client -> client.apply(operation));
    access.out().println("revision " + revision);
  }

  private static String explain(Path socket, Status status) {
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
