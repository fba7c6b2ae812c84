package dev.heddle.cli;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.LogLevelStatus;
import java.util.Locale;

/** What {@code heddle log} asks the daemon. Apart from it, so that gRPC loads only if asked. */
final class LogCalls {
  private static final String PREFIX = "LEVEL_";

  private LogCalls() {}

  /**
   * @param level null only tells
   */
  static void level(SocketOption socket, LogCommand.Level level) {
    LogLevelStatus status =
        level == null
            ? Daemon.ask(socket, HeddleClient::logLevel)
            : Daemon.ask(
                socket,
                client -> client.setLogLevel(LogLevelStatus.Level.valueOf(PREFIX + level.name())));
    String name = status.getLevel().name().substring(PREFIX.length());
    socket.out().println(name.toLowerCase(Locale.ROOT));
  }
}
