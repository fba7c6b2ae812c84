package dev.heddle.demo;

/**
 * One of the two nodes: a daemon in a network namespace of its own.
 *
 * @param vtep the address at which its tunnels end
 */
record Node(String name, String vtep) {}
