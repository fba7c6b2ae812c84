/**
 * The steps of a packet's path that are more than a table lookup: what the router checks, answers
 * and refuses itself.
 *
 * <p>Everything here is static, allocates nothing and works on a private copy of the packet, so
 * that no peer changes a header between check and use.
 */
package dev.heddle.stage;
