package dev.heddle.api.policy;

/**
 * The pods that one end of a rule names: by their labels, and by those of their namespaces.
 * Immutable; equal ones choose the same pods.
 *
 * @param scope which namespaces they are from
 * @param pods chooses among these by the endpoint's labels
 */
public record PeerSelector(Scope scope, Selector pods) {
  private static final String GLOBAL = "global()";

  /** Which namespaces pods are from. */
  public sealed interface Scope {}

  /** Any, or none. */
  public record Anywhere() implements Scope {}

  /** What is in no namespace. */
  public record Outside() implements Scope {}

  /** The policy's own. */
  public record Own(String namespace) implements Scope {}

  /** Those that are chosen by labels. */
  public record Chosen(Selector namespaces) implements Scope {}

  /**
   * As Calico understands a rule's {@code selector} and {@code namespaceSelector}:
   *
   * <ul>
   *   <li>With a namespace selector: in the namespaces that it chooses; all that are in a namespace
   *       if it is {@code all()}, what is in none if it is {@code global()}.
   *   <li>Without, in a policy that has a namespace: in that one.
   *   <li>Without either of them, or in a policy without namespace: anywhere.
   * </ul>
   *
   * @param policyNamespace empty if the policy has none
   * @param selector empty if the rule has none
   * @param namespaceSelector empty if the rule has none
   * @throws SelectorException if one of the expressions is none
   */
  public static PeerSelector of(String policyNamespace, String selector, String namespaceSelector) {
    Selector pods = Selector.parse(selector);
    if (!namespaceSelector.isBlank()) {
      Selector namespaces = Selector.parse(namespaceSelector);
      boolean outside = namespaceSelector.replaceAll("\\s", "").equals(GLOBAL);
      return new PeerSelector(outside ? new Outside() : new Chosen(namespaces), pods);
    }
    boolean own = !policyNamespace.isEmpty() && !selector.isBlank();
    return new PeerSelector(own ? new Own(policyNamespace) : new Anywhere(), pods);
  }

  /** Whether it may choose otherwise when a namespace's labels change. */
  boolean asksNamespaces() {
    return scope instanceof Chosen;
  }

  boolean chooses(PeerEndpoint endpoint, Namespaces namespaces) {
    String namespace = endpoint.namespace();
    boolean inScope =
        switch (scope) {
          case Anywhere() -> true;
          case Outside() -> namespace.isEmpty();
          case Own(String own) -> namespace.equals(own);
          case Chosen(Selector chosen) ->
              !namespace.isEmpty() && chosen.matches(namespaces.labels(namespace));
        };
    return inScope && pods.matches(endpoint.labels());
  }
}
