/**
 * Pods against a whole daemon: some break the rules of memif on purpose, beside others that keep
 * them and lose nothing, whatever else changes meanwhile.
 *
 * <p>Everything here speaks the protocol with code of its own, written from its definition and not
 * from ours, over nothing but sockets and shared memory: a mistake in our rings cannot cancel
 * itself out. A pod's own accesses are bounds-checked, so that whatever goes wrong goes wrong in
 * the daemon.
 */
package dev.heddle.hostile;
