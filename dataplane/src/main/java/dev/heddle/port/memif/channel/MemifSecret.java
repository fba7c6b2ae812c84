package dev.heddle.port.memif.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a client must know to connect, at most 23 bytes of UTF-8. It never shows in a text: {@link
 * #toString} hides it.
 */
public final class MemifSecret {
  /** The field in INIT, with its terminating NUL. */
  static final int FIELD_BYTES = 24;

  /** No secret at all: an empty field. */
  static final MemifSecret NONE = new MemifSecret(new byte[FIELD_BYTES]);

  private final byte[] field;

  private MemifSecret(byte[] field) {
    this.field = field;
  }

  /**
   * Takes a secret from the configuration.
   *
   * @throws MemifConfigException if it is empty, too long or contains NUL
   */
  public static MemifSecret of(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length == 0 || bytes.length >= FIELD_BYTES) {
      throw new MemifConfigException(
          "secret",
          "of " + bytes.length + " bytes",
          "memif carries 1 to " + (FIELD_BYTES - 1) + " bytes; choose a secret of that length");
    }
    if (text.indexOf('\0') >= 0) {
      throw new MemifConfigException(
          "secret", "with a NUL", "memif ends a secret at NUL; leave that character out");
    }
    return new MemifSecret(Arrays.copyOf(bytes, FIELD_BYTES));
  }

  /** Takes the field of a received INIT; what follows its first NUL does not count. */
  static MemifSecret ofField(byte[] field) {
    byte[] normalized = new byte[FIELD_BYTES];
    for (int i = 0; i < FIELD_BYTES && field[i] != 0; i++) {
      normalized[i] = field[i];
    }
    return new MemifSecret(normalized);
  }

  byte[] field() {
    return field.clone();
  }

  boolean isNone() {
    return field[0] == 0;
  }

  /** Compares in a time that does not depend on where the two differ. */
  @Override
  public boolean equals(Object other) {
    return other instanceof MemifSecret that && MessageDigest.isEqual(field, that.field);
  }

  @Override
  public int hashCode() {
    return MemifSecret.class.hashCode();
  }

  @Override
  public String toString() {
    return isNone() ? "none" : "hidden";
  }
}
