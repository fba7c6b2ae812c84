package dev.heddle.control;

import dev.heddle.api.v1.Routes;
import dev.heddle.model.IpPrefix;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The routes of some networks, read page by page, so that updates can happen between two pages. A
 * network that is gone by then is left out.
 */
final class RouteListing implements Iterable<Routes>, Iterator<Routes> {
  private final ControlPlane controlPlane;
  private final Deque<String> networks;
  private final Deque<Routes> page = new ArrayDeque<>();
  private IpPrefix next = RoutePage.FIRST4;

  RouteListing(ControlPlane controlPlane, List<String> networks) {
    this.controlPlane = controlPlane;
    this.networks = new ArrayDeque<>(networks);
  }

  @Override
  public Iterator<Routes> iterator() {
    return this;
  }

  @Override
  public boolean hasNext() {
    while (page.isEmpty() && !networks.isEmpty()) {
      RoutePage read = controlPlane.routes(networks.peek(), next);
      if (read != null) {
        page.addAll(read.routes());
      }
      if (read != null && read.next() != null) {
        next = read.next();
      } else {
        networks.remove();
        next = RoutePage.FIRST4;
      }
    }
    return !page.isEmpty();
  }

  @Override
  public Routes next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.remove();
  }
}
