package dev.heddle.api.policy;

import dev.heddle.api.policy.SelectorTerm.All;
import dev.heddle.api.policy.SelectorTerm.And;
import dev.heddle.api.policy.SelectorTerm.Compares;
import dev.heddle.api.policy.SelectorTerm.Comparison;
import dev.heddle.api.policy.SelectorTerm.Has;
import dev.heddle.api.policy.SelectorTerm.In;
import dev.heddle.api.policy.SelectorTerm.Not;
import dev.heddle.api.policy.SelectorTerm.Or;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads one selector by recursive descent: a method for each level of precedence. */
final class SelectorParser {
  /** Deeper ones are somebody's attempt on the stack, not a policy. */
  static final int MOST_LEVELS = 100;

  private static final String A_TERM = "a label, has(...), all(), global(), '!' or '('";
  private static final String AN_OPERATOR =
      "==, !=, in, not in, contains, starts with or ends with";

  private final String expression;
  private int at;
  private int levels;

  SelectorParser(String expression) {
    this.expression = expression;
  }

  SelectorTerm parse() {
    skipSpaces();
    if (atEnd()) {
      return new All();
    }
    SelectorTerm term = or();
    if (!atEnd()) {
      throw expected("&&, || or the end");
    }
    return term;
  }

  private SelectorTerm or() {
    return chain("||", this::and, Or::new);
  }

  private SelectorTerm and() {
    return chain("&&", this::negated, And::new);
  }

  private SelectorTerm chain(
      String operator,
      Supplier<SelectorTerm> part,
      Function<List<SelectorTerm>, SelectorTerm> all) {
    List<SelectorTerm> terms = new ArrayList<>();
    do {
      terms.add(part.get());
    } while (takes(operator));
    return terms.size() == 1 ? terms.getFirst() : all.apply(terms);
  }

  private SelectorTerm negated() {
    boolean negated = false;
    while (takes("!")) {
      negated = !negated;
    }
    SelectorTerm term = term();
    return negated ? new Not(term) : term;
  }

  private SelectorTerm term() {
    if (takes("(")) {
      return inParentheses();
    }
    int start = at;
    String label = label(A_TERM);
    if (takes("(")) {
      return call(label, start);
    }
    return comparison(label);
  }

  private SelectorTerm inParentheses() {
    if (++levels > MOST_LEVELS) {
      throw expected("no more than " + MOST_LEVELS + " levels of parentheses");
    }
    SelectorTerm term = or();
    levels--;
    require(")");
    return term;
  }

  private SelectorTerm call(String name, int start) {
    SelectorTerm term =
        switch (name) {
          case "all", "global" -> new All();
          case "has" -> new Has(label("a label"));
          default -> {
            at = start;
            throw expected("has(...), all() or global()");
          }
        };
    require(")");
    return term;
  }

  private SelectorTerm comparison(String label) {
    if (takes("==")) {
      return new Compares(label, Comparison.IS, word());
    }
    if (takes("!=")) {
      return new Compares(label, Comparison.IS_NOT, word());
    }
    int start = at;
    switch (label(AN_OPERATOR)) {
      case "in":
        return new In(label, true, words());
      case "not":
        requireWord("in");
        return new In(label, false, words());
      case "contains":
        return new Compares(label, Comparison.CONTAINS, word());
      case "starts":
        requireWord("with");
        return new Compares(label, Comparison.STARTS_WITH, word());
      case "ends":
        requireWord("with");
        return new Compares(label, Comparison.ENDS_WITH, word());
      default:
        at = start;
        throw expected(AN_OPERATOR);
    }
  }

  private SortedSet<String> words() {
    require("{");
    SortedSet<String> words = new TreeSet<>();
    if (takes("}")) {
      return words;
    }
    do {
      words.add(word());
    } while (takes(","));
    require("}");
    return words;
  }

  private String word() {
    if (atEnd() || expression.charAt(at) != '"' && expression.charAt(at) != '\'') {
      throw expected("a word in quotes");
    }
    int end = expression.indexOf(expression.charAt(at), at + 1);
    if (end < 0) {
      at = expression.length();
      throw expected("the closing quote");
    }
    String word = expression.substring(at + 1, end);
    at = end + 1;
    skipSpaces();
    return word;
  }

  private String label(String otherwise) {
    int start = at;
    while (!atEnd() && isLabel(expression.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw expected(otherwise);
    }
    String label = expression.substring(start, at);
    skipSpaces();
    return label;
  }

  private static boolean isLabel(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "_./-".indexOf(c) >= 0;
  }

  private void requireWord(String word) {
    int start = at;
    if (!label("'" + word + "'").equals(word)) {
      at = start;
      throw expected("'" + word + "'");
    }
  }

  private void require(String symbol) {
    if (!takes(symbol)) {
      throw expected("'" + symbol + "'");
    }
  }

  private boolean takes(String symbol) {
    if (!expression.startsWith(symbol, at)) {
      return false;
    }
    at += symbol.length();
    skipSpaces();
    return true;
  }

  private void skipSpaces() {
    while (!atEnd() && Character.isWhitespace(expression.charAt(at))) {
      at++;
    }
  }

  private boolean atEnd() {
    return at == expression.length();
  }

  private SelectorException expected(String what) {
    return new SelectorException(expression, at, what);
  }
}
