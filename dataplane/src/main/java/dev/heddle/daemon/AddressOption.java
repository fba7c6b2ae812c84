package dev.heddle.daemon;

import java.net.InetSocketAddress;

/** Options that tell an address of this host and a port. */
final class AddressOption {
  private static final int MAX_PORT = 65_535;

  private AddressOption() {}

  /**
   * Reads such an option.
   *
   * @throws StartException if it makes no sense
   */
  static InetSocketAddress parse(String option, String value) {
    int colon = value.lastIndexOf(':');
    String host = colon < 0 ? "" : value.substring(0, colon).replaceAll("^\\[(.*)\\]$", "$1");
    String port = value.substring(colon + 1);
    if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MAX_PORT) {
      throw new StartException(
          option
              + " "
              + value
              + ": no address and port; give them like 192.0.2.1:4790 or [::]:4790");
    }
    InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
    if (address.isUnresolved()) {
      throw new StartException(
          option + " " + value + ": no such host; give an address of this one");
    }
    return address;
  }
}
