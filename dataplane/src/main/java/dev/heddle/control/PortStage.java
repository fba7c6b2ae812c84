package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.KernelAttachment;
import dev.heddle.model.KernelDevice;
import dev.heddle.model.Network;
import dev.heddle.model.Uplink;
import java.util.ArrayDeque;
import java.util.Deque;

/** Gives a draft's endpoints and uplinks the ports that they need: all of them or none. */
final class PortStage {
  private final DesiredState state;
  private final Draft draft;
  private final TableCompiler compiler;
  private final Ports ports;
  private final boolean restoring;
  private final Deque<Runnable> undo = new ArrayDeque<>();

  /**
   * @param restoring whether pods may have gone since this was acknowledged
   */
  PortStage(
      DesiredState state, Draft draft, TableCompiler compiler, Ports ports, boolean restoring) {
    this.restoring = restoring;
    this.state = state;
    this.draft = draft;
    this.compiler = compiler;
    this.ports = ports;
  }

  /**
   * Opens and changes ports. Call it when nothing else can fail.
   *
   * @param onEach is run after each of them
   * @throws io.grpc.StatusRuntimeException if that is not possible; all ports are as they were
   */
  void run(Runnable onEach) {
    try {
      for (Uplink uplink : draft.uplinks().upserts().values()) {
        obtain(draft.uplinks().field(uplink.name()), () -> prepare(uplink));
        onEach.run();
      }
      for (Endpoint endpoint : draft.endpoints().upserts().values()) {
        if (!draft.endpoints().existed(endpoint.name())) {
          obtain(draft.endpoints().field(endpoint.name()), () -> open(endpoint));
          onEach.run();
        }
      }
      changeKernelDevices();
    } catch (RuntimeException e) {
      undo();
      throw e;
    }
  }

  /** Makes all ports what they were. */
  void undo() {
    undo.forEach(Runnable::run);
    undo.clear();
  }

  private void obtain(Field at, Runnable step) {
    try {
      step.run();
    } catch (PortException e) {
      at.failedPrecondition(e.field(), e.value(), e.remedy());
      throw draft.mistakes().toException();
    }
  }

  private void open(Endpoint endpoint) {
    int interfaceIndex = compiler.interfaceIndex(endpoint.name());
    if (restoring) {
      ports.restore(interfaceIndex, endpoint, deviceAfter(endpoint));
    } else {
      ports.open(interfaceIndex, endpoint, deviceAfter(endpoint));
    }
    undo.push(() -> ports.abandon(interfaceIndex));
  }

  /** Addresses, routes and MTU of a kernel interface depend on network and uplink, too. */
  private void changeKernelDevices() {
    for (Endpoint endpoint : draft.endpoints().upserts().values()) {
      Endpoint before = draft.endpoints().before(endpoint.name());
      if (before != null) {
        change(before, endpoint, draft.endpoints().field(endpoint.name()));
      }
    }
    for (Network network : draft.networks().upserts().values()) {
      changeAll(network, draft.networks().field(network.name()));
    }
    if (draft.uplinks().any()) {
      for (Network network : state.networks().values()) {
        Field at = draft.uplinks().field(network.physicalNetwork());
        if (at != null && !draft.networks().changes(network.name())) {
          changeAll(network, at);
        }
      }
    }
  }

  private void changeAll(Network network, Field at) {
    for (Endpoint endpoint : state.endpointsOf(network.name()).values()) {
      if (!draft.endpoints().changes(endpoint.name())) {
        change(endpoint, endpoint, at);
      }
    }
  }

  private void change(Endpoint before, Endpoint after, Field at) {
    KernelDevice deviceBefore = deviceBefore(before);
    KernelDevice deviceAfter = deviceAfter(after);
    if (deviceAfter != null && !deviceAfter.equals(deviceBefore)) {
      int interfaceIndex = compiler.interfaceIndex(after.name());
      obtain(at, () -> ports.change(interfaceIndex, deviceAfter));
      undo.push(() -> ports.change(interfaceIndex, deviceBefore));
    }
  }

  private KernelDevice deviceBefore(Endpoint endpoint) {
    Network network = state.networks().get(endpoint.network());
    return device(endpoint, network, state.mtuBytes(network));
  }

  private KernelDevice deviceAfter(Endpoint endpoint) {
    Network network = draft.networks().after(endpoint.network());
    return device(endpoint, network, draft.mtuBytes(network));
  }

  private static KernelDevice device(Endpoint endpoint, Network network, int mtuBytes) {
    return endpoint.attachment() instanceof KernelAttachment kernel
        ? KernelDevice.of(endpoint, kernel, network, mtuBytes)
        : null;
  }

  private void prepare(Uplink uplink) {
    int interfaceIndex = compiler.underlay().interfaceIndex(uplink.name());
    Uplink before = draft.uplinks().before(uplink.name());
    if (before == null) {
      compiler.underlay().setMac(uplink.name(), ports.openUplink(interfaceIndex, uplink));
      undo.push(() -> ports.closeUplink(interfaceIndex));
    } else if (before.mtuBytes() != uplink.mtuBytes()) {
      ports.resizeUplink(interfaceIndex, uplink.mtuBytes());
      undo.push(() -> ports.resizeUplink(interfaceIndex, before.mtuBytes()));
    }
  }
}
