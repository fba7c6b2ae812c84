package dev.heddle.api.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final Map<String, String> DATABASE =
      Map.of("role", "db-main", "projectcalico.org/network", "blue", "empty", "", "in", "here");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "all()",
        "global()",
        " all( ) ",
        "role == 'db-main'",
        "role==\"db-main\"",
        "role != 'db'",
        "absent != 'x'",
        "role in {'web', 'db-main'}",
        "role not in {'web'}",
        "role not in {}",
        "absent not in {'x'}",
        "has(role)",
        "!has(absent)",
        "! ! has(role)",
        "!(role == 'web')",
        "!role == 'web'",
        "role contains '-'",
        "role starts with 'db'",
        "role ends  with 'main'",
        "has(empty) && empty == ''",
        "projectcalico.org/network == 'blue'",
        "in in {'here'}",
        "has(absent) || has(role) && role starts with 'db'",
        "(has(absent) || has(role)) && role starts with 'db'",
        "has(role) || has(absent) && has(absent)",
      })
  void shouldMatch(String expression) {
    assertThat(Selector.parse(expression).matches(DATABASE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!all()",
        "role == 'db'",
        "role != 'db-main'",
        "role in {}",
        "role in {'web'}",
        "role not in {'db-main'}",
        "absent == ''",
        "absent in {''}",
        "absent contains ''",
        "absent starts with ''",
        "absent ends with ''",
        "role starts with 'main'",
        "role ends with 'db'",
        "(has(role) || has(absent)) && has(absent)",
        "!has(role) || has(absent)",
      })
  void shouldNotMatch(String expression) {
    assertThat(Selector.parse(expression).matches(DATABASE)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "role # 5 # ==, !=, in, not in, contains, starts with or ends with was expected",
        "role = 'db' # 6 # ==, !=, in, not in, contains, starts with or ends with was expected",
        "role == db # 9 # a word in quotes was expected",
        "role == 'db # 12 # the closing quote was expected",
        "role like 'db' # 6 # ==, !=, in, not in, contains, starts with or ends with was expected",
        "role not 'db' # 10 # 'in' was expected",
        "role starts at 'db' # 13 # 'with' was expected",
        "role in 'db' # 9 # '{' was expected",
        "role in {'db' # 14 # '}' was expected",
        "role in {'db',} # 15 # a word in quotes was expected",
        "has(role # 9 # ')' was expected",
        "has() # 5 # a label was expected",
        "any() # 1 # has(...), all() or global() was expected",
        "(has(role) # 11 # ')' was expected",
        "has(role) has(role) # 11 # &&, || or the end was expected",
        "has(role) && # 13 # a label, has(...), all(), global(), '!' or '(' was expected",
        "! # 2 # a label, has(...), all(), global(), '!' or '(' was expected",
      })
  void shouldSayWhereAnExpressionIsWrong(String expression, int character, String expected) {
    SelectorException refusal =
        catchThrowableOfType(SelectorException.class, () -> Selector.parse(expression));
    assertThat(refusal)
        .hasMessage("'%s' is no selector: at character %d, %s", expression, character, expected);
    assertThat(refusal.position()).isEqualTo(character - 1);
  }

  @Test
  void shouldRefuseMoreParenthesesThanAnybodyWrites() {
    int most = SelectorParser.MOST_LEVELS;
    String deep = "(".repeat(most) + "all()" + ")".repeat(most);
    assertThat(Selector.parse(deep)).isEqualTo(Selector.ALL);
    assertThat(
            catchThrowableOfType(SelectorException.class, () -> Selector.parse("(" + deep + ")")))
        .hasMessageContaining("no more than 100 levels of parentheses");
  }

  @Test
  void shouldAgreeWithAPredicateAndReadItsOwnText() {
    for (long seed = 0; seed < 2_000; seed++) {
      RandomSelector random = new RandomSelector(new Random(seed));
      Selector selector = Selector.parse(random.text);
      Selector again = Selector.parse(selector.toString());
      assertThat(again).as(random.text).isEqualTo(selector).hasSameHashCodeAs(selector);
      for (int i = 0; i < 10; i++) {
        Map<String, String> labels = random.labels();
        assertThat(selector.matches(labels))
            .as("seed %d: %s with %s", seed, random.text, labels)
            .isEqualTo(random.predicate.test(labels));
      }
    }
  }

  /** An expression, and what it means, built side by side. */
  private static final class RandomSelector {
    private static final List<String> LABELS = List.of("a", "b-1", "x.y/z", "not", "has");
    private static final List<String> WORDS = List.of("", "v", "vw", "w'", "w\"");

    private final Random random;
    private final String text;
    private final Predicate<Map<String, String>> predicate;

    private record Part(String text, Predicate<Map<String, String>> predicate) {}

    RandomSelector(Random random) {
      this.random = random;
      Part part = or(3);
      this.text = part.text();
      this.predicate = part.predicate();
    }

    Map<String, String> labels() {
      Map<String, String> labels = new HashMap<>();
      LABELS.stream().filter(l -> random.nextBoolean()).forEach(l -> labels.put(l, pick(WORDS)));
      return labels;
    }

    private Part or(int depth) {
      Part left = and(depth);
      while (random.nextInt(3) == 0) {
        Part right = and(depth);
        left =
            new Part(left.text + spaces() + "||" + right.text, left.predicate.or(right.predicate));
      }
      return left;
    }

    private Part and(int depth) {
      Part left = operand(depth);
      while (random.nextInt(3) == 0) {
        Part right = operand(depth);
        left =
            new Part(left.text + "&&" + spaces() + right.text, left.predicate.and(right.predicate));
      }
      return left;
    }

    private Part operand(int depth) {
      if (random.nextInt(4) == 0) {
        Part part = operand(depth);
        return new Part("!" + spaces() + part.text, part.predicate.negate());
      }
      if (depth > 0 && random.nextInt(3) == 0) {
        Part part = or(depth - 1);
        return new Part("(" + spaces() + part.text + ")", part.predicate);
      }
      return comparison(pick(LABELS), pick(WORDS));
    }

    private Part comparison(String label, String word) {
      String quoted = quoted(word);
      return switch (random.nextInt(8)) {
        case 0 -> new Part("all()", labels -> true);
        case 1 -> new Part("has(" + label + ")", labels -> labels.containsKey(label));
        case 2 -> new Part(label + " ==" + quoted, labels -> word.equals(labels.get(label)));
        case 3 -> new Part(label + "!= " + quoted, labels -> !word.equals(labels.get(label)));
        case 4 ->
            new Part(
                label + " contains " + quoted,
                labels -> labels.containsKey(label) && labels.get(label).contains(word));
        case 5 ->
            new Part(
                label + " starts with" + quoted,
                labels -> labels.containsKey(label) && labels.get(label).startsWith(word));
        case 6 ->
            new Part(
                label + " ends with " + quoted,
                labels -> labels.containsKey(label) && labels.get(label).endsWith(word));
        default -> membership(label);
      };
    }

    private Part membership(String label) {
      List<String> words = new ArrayList<>();
      while (random.nextInt(3) > 0) {
        words.add(pick(WORDS));
      }
      String list =
          "{" + String.join(",", words.stream().map(RandomSelector::quoted).toList()) + "}";
      boolean wanted = random.nextBoolean();
      return new Part(
          label + (wanted ? " in" : " not  in") + spaces() + list,
          labels -> (labels.containsKey(label) && words.contains(labels.get(label))) == wanted);
    }

    private static String quoted(String word) {
      return word.contains("'") ? '"' + word + '"' : "'" + word + "'";
    }

    private String spaces() {
      return " ".repeat(random.nextInt(3));
    }

    private String pick(List<String> from) {
      return from.get(random.nextInt(from.size()));
    }
  }
}
