package dev.heddle.port.memif.channel;

import dev.heddle.observe.EventCounter;
import dev.heddle.port.memif.LinkOwner;

/**
 * What every part of the control channel needs.
 *
 * @param loop the control thread
 * @param owner who uses the links
 * @param limits what one peer may take of the thread
 * @param instanceName what peers are told that they talk to
 * @param events counts what happens
 */
record ControlContext(
    EventLoop loop,
    LinkOwner owner,
    MemifLimits limits,
    String instanceName,
    EventCounter events) {}
