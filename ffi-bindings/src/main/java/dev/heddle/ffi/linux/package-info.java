/**
 * The few calls of Linux (glibc, x86-64) that memif and the workers need and the JDK does not
 * offer, through {@code java.lang.foreign}: one class per topic.
 *
 * <pre>
 *   SeqpacketSocket   Unix sockets that carry messages and file descriptors
 *     UnixAddress       their names: a path, or an abstract name in a network namespace
 *     ReceivedMessage   what came with a message
 *   NetworkNamespace  run code in a pod's namespace, where its abstract sockets are
 *   Memfd             memory files, their seals, and what to ask of a stranger's
 *   SharedMapping     mapping one into this process
 *   EventFd, Epoll    interrupts: signalling and waiting, without allocating
 *   PeerSignal        signalling a descriptor that an untrusted peer holds
 *   Cpu               pinning a thread
 *   FileDescriptors   what any descriptor can do
 * </pre>
 *
 * <p><b>Layers.</b> {@code generated} holds struct layouts and constants that jextract made from
 * the C headers ({@code generate.sh} says which); {@code LayoutTest} compares them with what the C
 * compiler says on the machine that runs the test. {@code Libc} binds functions. The classes above
 * own their method handles as {@code static final} fields and call them with {@code invokeExact},
 * which HotSpot compiles to the bare call. They know nothing of packets.
 *
 * <p><b>Descriptors</b> are plain ints, because they are sent to peers and received from them; who
 * must close one is said where it appears. All are close-on-exec.
 *
 * <p><b>Errors</b> are {@link dev.heddle.ffi.linux.LinuxException}s that say what was attempted;
 * what is no error (nothing to read, peer's queue full) is a return value. Nothing blocks but
 * {@code Epoll.await}.
 */
package dev.heddle.ffi.linux;
