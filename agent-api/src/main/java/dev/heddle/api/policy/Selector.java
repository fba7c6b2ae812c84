package dev.heddle.api.policy;

import dev.heddle.api.policy.SelectorTerm.All;
import java.util.Map;

/**
 * An expression over labels that chooses endpoints, in Calico's selector language:
 *
 * <pre>
 *   role == "db"   role != 'db'   role in {"db", "cache"}   role not in {"db"}   has(role)
 *   role contains "b"   role starts with "d"   role ends with "b"   all()   global()
 *   !has(role)   role == "db" &amp;&amp; (zone == "a" || zone == "b")
 * </pre>
 *
 * {@code !} binds closest, then {@code &&}, then {@code ||}. An endpoint without the label matches
 * {@code !=} and {@code not in}, and nothing else that names a label. The empty expression chooses
 * everything, as {@code all()} and {@code global()} do.
 *
 * <p>Immutable. Two selectors are equal if they are the same expression, whatever its spaces,
 * quotes and parentheses that change nothing.
 */
public final class Selector {
  /** Chooses everything. */
  public static final Selector ALL = new Selector(new All());

  private final SelectorTerm term;

  Selector(SelectorTerm term) {
    this.term = term;
  }

  /**
   * Reads an expression.
   *
   * @throws SelectorException where it is none; says what was expected at which character
   */
  public static Selector parse(String expression) {
    return new Selector(new SelectorParser(expression).parse());
  }

  /** Whether what has these labels is chosen. */
  public boolean matches(Map<String, String> labels) {
    return term.matches(labels);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Selector selector && term.equals(selector.term);
  }

  @Override
  public int hashCode() {
    return term.hashCode();
  }

  /** The expression in one form, which {@link #parse} reads as an equal one. */
  @Override
  public String toString() {
    return term.text();
  }
}
