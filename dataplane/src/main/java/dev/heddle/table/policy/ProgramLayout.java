package dev.heddle.table.policy;

/**
 * How a program lies in its array of ints.
 *
 * <p>Rules become conditions, one bit each. Conditions of one tier that look at the same dimensions
 * form a group, so that within a group no bit stands for "any". In each dimension a packet has a
 * class, and a class has a row of bits in each group: the conditions that it satisfies there. The
 * first bit that all rows of a group have is the group's first match (aggregated bit vectors,
 * Baboescu and Varghese, SIGCOMM 2001).
 *
 * <pre>
 * program   dimensions in use (a bit each) · table of each dimension · first tier · actions
 * tier      rule that is its default action · number of groups · first group
 * group     next group · number of dimensions · summary words · rule of each bit
 *           then for each dimension: its number · row of each class (0: no bit is set)
 * row       for each summary word: which of 32 words have bits · where those words begin
 * table     of 256 entries by a key's upper byte: the complement of a class, or 256 classes by
 *           its lower byte. Of few stretches of numbers: the complement of where there is a list
 *           of the first number of each class but the lowest, after their count
 * </pre>
 */
public final class ProgramLayout {
  public static final int SOURCE_NET = 0;
  public static final int DESTINATION_NET = 1;
  public static final int SOURCE_SET = 2;
  public static final int DESTINATION_SET = 3;

  /** Protocol in the lower byte of the key, 1 in the upper one for IPv6. */
  public static final int PROTOCOL = 4;

  public static final int SOURCE_PORT = 5;
  public static final int DESTINATION_PORT = 6;

  /** IP sets of addresses with a port each; the port has been made part of the condition. */
  public static final int DESTINATION_SERVICE = 7;

  /** Of conditions that any packet satisfies: a dimension of one class. */
  public static final int NOTHING = 8;

  public static final int DIMENSIONS = 9;

  public static final int USED = 0;
  public static final int TABLES = 1;
  public static final int FIRST_TIER = TABLES + DIMENSIONS;
  public static final int ACTIONS = FIRST_TIER + 1;
  public static final int HEADER_INTS = ACTIONS + 1;

  public static final int TIER_DEFAULT = 0;
  public static final int TIER_GROUPS = 1;
  public static final int TIER_FIRST_GROUP = 2;
  public static final int TIER_INTS = 3;

  public static final int GROUP_NEXT = 0;
  public static final int GROUP_DIMENSIONS = 1;
  public static final int GROUP_SUMMARY_WORDS = 2;
  public static final int GROUP_RULES = 3;
  public static final int GROUP_HEADER_INTS = 4;

  public static final int PAGE = 256;

  public static final int DENY = 0;
  public static final int ALLOW = 1;
  public static final int PASS = 2;
  public static final int LOG = 3;

  private ProgramLayout() {}
}
