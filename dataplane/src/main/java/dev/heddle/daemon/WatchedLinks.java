package dev.heddle.daemon;

import dev.heddle.port.memif.LinkOwner;
import dev.heddle.port.memif.MemifLink;
import java.util.function.IntConsumer;

/**
 * Lets somebody else know of links that came up.
 *
 * @param owner whose they are
 * @param onUp told the interface index of each, once it carries packets
 */
record WatchedLinks(LinkOwner owner, IntConsumer onUp) implements LinkOwner {
  @Override
  public void linkUp(MemifLink link) {
    owner.linkUp(link);
    onUp.accept(link.interfaceIndex());
  }

  @Override
  public void linkDown(MemifLink link) {
    owner.linkDown(link);
  }
}
