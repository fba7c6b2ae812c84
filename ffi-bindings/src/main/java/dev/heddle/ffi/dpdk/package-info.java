/**
 * DPDK 22.11, as Debian 12 has it, through {@code java.lang.foreign}: network devices as uplinks.
 *
 * <pre>
 *   Eal               starts DPDK, once a process; registers threads
 *     EalArguments      what it is started with
 *   EthPort           a device: attached while DPDK runs, configured, started, stopped, given back
 *     PortSetup         its queues and its MTU
 *     RxBurst, TxBurst  its queues, one call of native code a burst
 *   Mempool           packet buffers
 *     MbufRelease       gives them back
 *     MbufCache         a thread's own free ones
 *     Mbuf              a packet in a buffer
 * </pre>
 *
 * <p><b>Without DPDK</b> {@link dev.heddle.ffi.dpdk.Eal#missing} says what to install, and nothing
 * else of this package may be used. Libraries are loaded at run time by their names.
 *
 * <p><b>Layers.</b> {@code generated} holds layouts, functions and constants that jextract made
 * from the installed headers ({@code generate-dpdk.sh} says which); {@code DpdkLayoutTest} compares
 * them with what the C compiler says. Burst functions are inline in the headers and export no
 * symbol, but the table of the drivers' functions that they call is exported. Buffers are taken
 * from a thread's cache in Java for the same reason. Bit-fields have no accessors: the one that is
 * used is read by their place, which that test knows, too.
 *
 * <p><b>Errors</b> are {@link dev.heddle.ffi.dpdk.DpdkException}s; drivers tell more in the log on
 * standard error.
 */
package dev.heddle.ffi.dpdk;
