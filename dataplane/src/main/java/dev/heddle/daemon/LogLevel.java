package dev.heddle.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** What is worth a line in the log, the most important first. */
enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG;

  /** From now on this level and those before it are logged, by the whole process. */
  void apply() {
    root().setLevel(Level.toLevel(name()));
  }

  /** The level as it is. */
  static LogLevel current() {
    return valueOf(root().getLevel().toString());
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
