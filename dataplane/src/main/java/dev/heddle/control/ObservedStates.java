package dev.heddle.control;

import dev.heddle.api.v1.Observed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What is observed, each with the turn at which it became so: who has been told everything up to a
 * turn needs to be told only what is of later ones, however many turns there were. One thread.
 */
final class ObservedStates {
  private record Known(Observed.State state, long turn) {}

  private final Map<Observation, Known> known = new HashMap<>();
  private long turn;

  /** Takes in what is observed now: whether each object works. */
  void update(Map<Observation, Boolean> now) {
    turn++;
    now.forEach(
        (object, up) -> set(object, up ? Observed.State.STATE_UP : Observed.State.STATE_DOWN));
    known
        .keySet()
        .forEach(object -> {
          if (!now.containsKey(object)) {
            set(object, Observed.State.STATE_GONE);
          }
        });
  }

  private void set(Observation object, Observed.State state) {
    Known before = known.get(object);
    if (before == null || before.state != state) {
      known.put(object, new Known(state, turn));
    }
  }

  /** Forgets objects that are gone and of which everybody has been told. */
  void forgetGone(long toldTurn) {
    for (Iterator<Known> each = known.values().iterator(); each.hasNext(); ) {
      Known state = each.next();
      if (state.state == Observed.State.STATE_GONE && state.turn <= toldTurn) {
        each.remove();
      }
    }
  }

  /** The turn of the last update. */
  long turn() {
    return turn;
  }

  /** What has become different since a turn; everything that is there if that is 0. */
  List<Observed> since(long toldTurn) {
    List<Observed> different = new ArrayList<>();
    known.forEach((object, state) -> {
      boolean isNews = toldTurn > 0 || state.state != Observed.State.STATE_GONE;
      if (state.turn > toldTurn && isNews) {
        different.add(toMessage(object, state.state));
      }
    });
    return different;
  }

  private static Observed toMessage(Observation object, Observed.State state) {
    Observed.Builder message = Observed.newBuilder().setState(state);
    switch (object.kind()) {
      case ENDPOINT -> message.setEndpoint(object.name());
      case UPLINK -> message.setUplink(object.name());
      case WORKER -> message.setWorker(Integer.parseInt(object.name()));
    }
    return message.build();
  }
}
