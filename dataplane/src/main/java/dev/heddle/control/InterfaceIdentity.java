package dev.heddle.control;

/**
 * Whose an interface is, for those who name its counters.
 *
 * @param name under which its counters stand
 * @param namespace of its pod; empty if none is told
 * @param pod empty if none is told
 * @param vrf index of its network's routing table; empty for an uplink that carries tunnels
 * @param up whether a pod is there, or the uplink can carry packets
 */
public record InterfaceIdentity(
    String name, String namespace, String pod, String vrf, boolean up) {}
