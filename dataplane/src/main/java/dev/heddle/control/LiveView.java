package dev.heddle.control;

import java.util.List;
import java.util.function.Function;

/** Lets a listing see what is so now, while the rest of it is of an earlier revision. */
@FunctionalInterface
interface LiveView {
  /**
   * Looks at some things, a few at a time, between transactions.
   *
   * @throws io.grpc.StatusRuntimeException if the daemon is ending
   */
  <S, T> List<T> look(List<S> things, Function<S, T> at);
}
