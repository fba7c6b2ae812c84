package dev.heddle.api.policy;

import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.RuleDecision;
import java.util.Locale;

/** Rules that met a packet, as people write them. */
public final class RuleText {
  private RuleText() {}

  /** An action, such as {@code deny}. */
  public static String of(Action action) {
    return switch (action) {
      case ACTION_UNSPECIFIED, UNRECOGNIZED -> "unknown";
      default -> action.name().substring("ACTION_".length()).toLowerCase(Locale.ROOT);
    };
  }

  /** A rule and what it does, such as {@code deny by policy web in tier t, rule 0}. */
  public static String of(RuleDecision decision) {
    String place;
    if (!decision.getPolicy().isEmpty()) {
      place =
          "policy %s in tier %s, rule %d"
              .formatted(decision.getPolicy(), decision.getTier(), decision.getRule());
    } else if (!decision.getTier().isEmpty()) {
      place = "the end of tier " + decision.getTier();
    } else if (!decision.getProfile().isEmpty()) {
      place = "profile %s, rule %d".formatted(decision.getProfile(), decision.getRule());
    } else {
      place = "the end of all rules";
    }
    return of(decision.getAction())
        + " by "
        + place
        + (decision.getAction() == Action.ACTION_LOG ? ", and goes on" : "");
  }
}
