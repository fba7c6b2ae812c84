package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the programs about a packet as {@link Policing} does of one that belongs to no flow, without
 * counting it or following it. One thread.
 */
public final class PolicyTrial {
  /**
   * What a program said.
   *
   * @param rule that decided, an index in the program
   * @param logged Log rules that it met before
   */
  public record Verdict(boolean allows, int rule, List<Integer> logged) {}

  private final SlowHeaders headers = new SlowHeaders();
  private final PolicyHits hits = new PolicyHits();

  /**
   * Reads the headers of a packet.
   *
   * @param frame in private memory, as it passed {@link Responder#inspect}
   * @return why it is dropped whatever the programs say; null if they decide
   */
  public DropReason read(long frame) {
    return switch (headers.read(frame)) {
      case SlowHeaders.UNREADABLE -> DropReason.POLICY_UNREADABLE;
      case SlowHeaders.HIDES, SlowHeaders.LATER_FRAGMENT -> DropReason.POLICY_FRAGMENT;
      default -> null;
    };
  }

  /**
   * Asks one program about the packet that was read last.
   *
   * @return null if there is no program, so that it may pass
   */
  public Verdict ask(PolicyTables policies, int program) {
    if (program == PolicyTables.NO_PROGRAM) {
      return null;
    }
    int verdict = policies.verdict(program, headers.own.keys, 0, hits);
    List<Integer> logged = new ArrayList<>();
    for (int i = 0; i < hits.loggedCount(); i++) {
      logged.add(hits.logged(i));
    }
    return new Verdict(PolicyTables.allows(verdict), PolicyTables.rule(verdict), logged);
  }
}
