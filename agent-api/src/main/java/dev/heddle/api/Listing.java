package dev.heddle.api;

import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Objects as they were together at one revision.
 *
 * @param revision that all of them are of; 0 if the daemon does not tell
 * @param items in the order of their names
 */
public record Listing<T>(long revision, List<T> items) {
  static <T> Listing<T> collect(Iterator<T> stream, AtomicReference<Metadata> headers) {
    List<T> items = new ArrayList<>();
    stream.forEachRemaining(items::add);
    String revision = headers.get().get(RevisionHeader.KEY);
    return new Listing<>(revision == null ? 0 : Long.parseLong(revision), items);
  }
}
