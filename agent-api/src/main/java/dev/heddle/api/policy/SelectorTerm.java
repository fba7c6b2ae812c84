package dev.heddle.api.policy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A part of a selector. */
sealed interface SelectorTerm {
  /** Whether labels fit. */
  boolean matches(Map<String, String> labels);

  /** The part as the parser reads it. */
  String text();

  /** How a label's value is compared with a word. */
  enum Comparison {
    IS("=="),
    IS_NOT("!="),
    CONTAINS("contains"),
    STARTS_WITH("starts with"),
    ENDS_WITH("ends with");

    private final String operator;

    Comparison(String operator) {
      this.operator = operator;
    }

    private boolean fits(String value, String word) {
      return switch (this) {
        case IS -> value != null && value.equals(word);
        case IS_NOT -> value == null || !value.equals(word);
        case CONTAINS -> value != null && value.contains(word);
        case STARTS_WITH -> value != null && value.startsWith(word);
        case ENDS_WITH -> value != null && value.endsWith(word);
      };
    }
  }

  /** {@code all()}, {@code global()} and the empty expression. */
  record All() implements SelectorTerm {
    @Override
    public boolean matches(Map<String, String> labels) {
      return true;
    }

    @Override
    public String text() {
      return "all()";
    }
  }

  /** {@code has(label)}. */
  record Has(String label) implements SelectorTerm {
    @Override
    public boolean matches(Map<String, String> labels) {
      return labels.containsKey(label);
    }

    @Override
    public String text() {
      return "has(" + label + ")";
    }
  }

  /** {@code label == "word"} and its kin. */
  record Compares(String label, Comparison comparison, String word) implements SelectorTerm {
    @Override
    public boolean matches(Map<String, String> labels) {
      return comparison.fits(labels.get(label), word);
    }

    @Override
    public String text() {
      return label + " " + comparison.operator + " " + quoted(word);
    }
  }

  /** {@code label in {"a", "b"}}, or not in. */
  record In(String label, boolean wanted, SortedSet<String> words) implements SelectorTerm {
    public In {
      words = Collections.unmodifiableSortedSet(new TreeSet<>(words));
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      String value = labels.get(label);
      return (value != null && words.contains(value)) == wanted;
    }

    @Override
    public String text() {
      String list =
          words.stream().map(SelectorTerm::quoted).collect(Collectors.joining(", ", "{", "}"));
      return label + (wanted ? " in " : " not in ") + list;
    }
  }

  /** {@code !term}. */
  record Not(SelectorTerm term) implements SelectorTerm {
    @Override
    public boolean matches(Map<String, String> labels) {
      return !term.matches(labels);
    }

    @Override
    public String text() {
      return "!(" + term.text() + ")";
    }
  }

  /** {@code term && term}. */
  record And(List<SelectorTerm> terms) implements SelectorTerm {
    public And {
      terms = List.copyOf(terms);
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      return terms.stream().allMatch(term -> term.matches(labels));
    }

    @Override
    public String text() {
      return joined(terms, " && ");
    }
  }

  /** {@code term || term}. */
  record Or(List<SelectorTerm> terms) implements SelectorTerm {
    public Or {
      terms = List.copyOf(terms);
    }

    @Override
    public boolean matches(Map<String, String> labels) {
      return terms.stream().anyMatch(term -> term.matches(labels));
    }

    @Override
    public String text() {
      return joined(terms, " || ");
    }
  }

  private static String joined(List<SelectorTerm> terms, String operator) {
    return terms.stream().map(SelectorTerm::text).collect(Collectors.joining(operator, "(", ")"));
  }

  /** A word holds one kind of quotes at most, since nothing escapes them. */
  private static String quoted(String word) {
    return word.indexOf('"') < 0 ? '"' + word + '"' : '\'' + word + '\'';
  }
}
