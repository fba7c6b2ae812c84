package dev.heddle.control;

/** The names that objects may have. */
final class Names {
  private static final int MAX_CHARS = 128;
  private static final String PUNCTUATION = "._-/:";

  private Names() {}

  /** Notes a mistake if this is no name. */
  static void check(String name, Field at) {
    check(name, at, "name");
  }

  /** Notes a mistake if what this field holds is no name. */
  static void check(String name, Field at, String field) {
    if (name.isEmpty() || name.length() > MAX_CHARS || !name.chars().allMatch(Names::allowed)) {
      at.invalid(field, name, "not a name; give 1 to " + MAX_CHARS + " of A-Z a-z 0-9 . _ - / :");
    }
  }

  /** A physical network's name, or its uplink's, in words. */
  static String orDefault(String physicalNetwork) {
    return physicalNetwork.isEmpty() ? "(default)" : physicalNetwork;
  }

  private static boolean allowed(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || PUNCTUATION.indexOf(c) >= 0;
  }
}
