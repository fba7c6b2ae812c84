/**
 * What an operator wants, as immutable records that are valid by construction: networks, endpoints,
 * uplinks, nodes and the next hops of routes. Addresses are in host byte order.
 *
 * <p>The constructors guard invariants that the rest of the daemon relies on; they do not explain
 * mistakes to people. That is the validator's task, which comes before.
 */
package dev.heddle.model;
