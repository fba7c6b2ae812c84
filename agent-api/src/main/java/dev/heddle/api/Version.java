package dev.heddle.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which release of Heddle this is. */
public final class Version {
  private Version() {}

  /** The version that the build stamped, such as {@code 0.1.0}. */
  public static String current() {
    try (InputStream stamp = Version.class.getResourceAsStream("version")) {
      return new String(stamp.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
