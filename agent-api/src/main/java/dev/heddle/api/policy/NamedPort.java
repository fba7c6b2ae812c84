package dev.heddle.api.policy;

/**
 * A port that a pod gives a name.
 *
 * @param name that rules use, such as {@code http}; two protocols may have the same one
 * @param protocol IP protocol number, 0 to 255
 * @param port 0 to 65,535
 */
public record NamedPort(String name, int protocol, int port) {
  public NamedPort {
    if (protocol < 0 || protocol > 255 || port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "port '%s' is %d of protocol %d: give 0 to 65535 and 0 to 255"
              .formatted(name, port, protocol));
    }
  }
}
