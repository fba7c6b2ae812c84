package dev.heddle.port;

import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.memif.GatherBuffer;
import dev.heddle.port.memif.ScatterList;
import dev.heddle.port.tap.TapMemory;
import java.lang.foreign.Arena;

/**
 * What a worker lends to the queues that it uses.
 *
 * @param arena lives longer than any queue
 * @param counters where the worker counts
 * @param openPorts the ports that it is to flush at the end of its batch
 * @param gather memory for packets received in several pieces
 * @param scatter memory for packets sent in several pieces
 * @param taps memory for packets of taps
 * @param signal interrupts sleeping peers
 */
public record PortTools(
    Arena arena,
    WorkerCounters counters,
    OpenPorts openPorts,
    GatherBuffer gather,
    ScatterList scatter,
    TapMemory taps,
    PeerSignal signal) {}
