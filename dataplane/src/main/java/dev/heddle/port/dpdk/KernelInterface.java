package dev.heddle.port.dpdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's interface that a driver works on, if it does. Such drivers may say that their link
 * is up whatever the kernel says.
 *
 * @param directory of the interface in the kernel's file system
 */
record KernelInterface(Path directory) {
  private static final Path ALL = Path.of("/sys/class/net");
  private static final Pattern NAME = Pattern.compile(",iface=([^,/]+)");
  private static final String UP = "1";

  /** The interface of a device that is named as DPDK does. */
  static KernelInterface of(String device) {
    return of(device, ALL);
  }

  static KernelInterface of(String device, Path all) {
    Matcher name = NAME.matcher(device);
    return new KernelInterface(name.find() ? all.resolve(name.group(1)) : null);
  }

  /** Whether it has a carrier; true where there is no such interface that could say otherwise. */
  boolean isUp() {
    if (directory == null || !Files.isDirectory(directory)) {
      return true;
    }
    try {
      return Files.readString(directory.resolve("carrier")).strip().equals(UP);
    } catch (IOException _) {
      return false; // what the kernel answers where the interface is set down
    }
  }
}
