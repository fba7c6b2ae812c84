package dev.heddle.daemon;

/** Who is told which interfaces there are. */
public interface InterfaceWatcher {
  /** Does not care. */
  InterfaceWatcher NOBODY =
      new InterfaceWatcher() {
        @Override
        public void opened(int interfaceIndex, String name, String network, boolean ipMode) {}

        @Override
        public void closed(int interfaceIndex) {}
      };

  /** Tells two others. */
  static InterfaceWatcher both(InterfaceWatcher one, InterfaceWatcher other) {
    return new InterfaceWatcher() {
      @Override
      public void opened(int interfaceIndex, String name, String network, boolean ipMode) {
        one.opened(interfaceIndex, name, network, ipMode);
        other.opened(interfaceIndex, name, network, ipMode);
      }

      @Override
      public void closed(int interfaceIndex) {
        one.closed(interfaceIndex);
        other.closed(interfaceIndex);
      }
    };
  }

  /**
   * There is an interface from now on.
   *
   * @param network empty for an uplink
   * @param ipMode whether its frames carry no Ethernet header
   */
  void opened(int interfaceIndex, String name, String network, boolean ipMode);

  /** The interface goes; afterwards its index may be another one's. */
  void closed(int interfaceIndex);
}
