/**
 * One file per protocol: static accessors over the address of a header's first byte.
 *
 * <p>Every file has the same shape: the RFC's diagram, field offsets, {@code isComplete(address,
 * availableBytes)}, which is the one length check that all other accessors rely on, then getters
 * and setters. Values are in host byte order and unsigned where they fit, unless a name says
 * otherwise. MAC addresses are longs whose lowest byte is the first on the wire. Nothing here
 * allocates; a caller makes sure that the memory does not change under it where that matters.
 */
package dev.heddle.wire;
