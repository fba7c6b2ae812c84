package dev.heddle.model;

/**
 * Where another node's tunnels end on one physical network.
 *
 * @param physicalNetwork its name; empty: the default one
 */
public record Vtep(String physicalNetwork, IpAddress address) {}
