package dev.heddle.port.memif;

/** Who uses links once they are up: the workers. Called on the memif control thread. */
public interface LinkOwner {
  /** The link's rings may be polled from now on. */
  void linkUp(MemifLink link);

  /** Returns once no worker touches the link's memory any more. */
  void linkDown(MemifLink link);
}
