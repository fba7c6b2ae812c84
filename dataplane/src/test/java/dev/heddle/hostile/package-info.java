/**
 * Pods that break the rules of memif on purpose, beside pods that keep them.
 *
 * <p>Everything here speaks the protocol with code of its own, written from its definition and not
 * from ours, over nothing but sockets and shared memory: a mistake in our rings cannot cancel
 * itself out. A pod's own accesses are bounds-checked, so that whatever goes wrong goes wrong in
 * the daemon.
 */
package dev.heddle.hostile;
