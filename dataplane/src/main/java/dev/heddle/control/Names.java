package dev.heddle.control;

/** The names that objects may have. */
final class Names {
  private static final int MAX_CHARS = 128;
  private static final String PUNCTUATION = "._-/:";

  private Names() {}

  /** Notes a mistake if this is no name. */
  static void check(String name, Field at) {
    if (name.isEmpty() || name.length() > MAX_CHARS || !name.chars().allMatch(Names::allowed)) {
      at.invalid("name", name, "not a name; give 1 to " + MAX_CHARS + " of A-Z a-z 0-9 . _ - / :");
    }
  }

  private static boolean allowed(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || PUNCTUATION.indexOf(c) >= 0;
  }
}
