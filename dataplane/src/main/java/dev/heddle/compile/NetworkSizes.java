package dev.heddle.compile;

/** How large networks were at one moment, whatever becomes of them. */
public final class NetworkSizes {
  /**
   * A network.
   *
   * @param routes that operators made
   * @param tableBytes of the tries that workers look its routes up in
   */
  public record Size(long routes, long tableBytes) {}

  private final Pages.Version<Size[]> sizes;

  NetworkSizes(Pages.Version<Size[]> sizes) {
    this.sizes = sizes;
  }

  /** The size of a network that was there. */
  public Size get(int vrfIndex) {
    return sizes.page(vrfIndex)[vrfIndex % Pages.SIZE];
  }
}
