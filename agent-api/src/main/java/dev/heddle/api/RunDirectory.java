package dev.heddle.api;

import java.nio.file.Path;

/** Where the daemon keeps what its clients look for, unless it and they are told otherwise. */
public final class RunDirectory {
  /** The directory, on a file system in memory. */
  public static final Path PATH = Path.of("/run/heddle");

  /** The Unix socket of the control interface. */
  public static final Path SOCKET = PATH.resolve("heddle.sock");

  /** The memory-mapped file that holds the counters. */
  public static final Path COUNTERS = PATH.resolve("counters");

  private RunDirectory() {}
}
