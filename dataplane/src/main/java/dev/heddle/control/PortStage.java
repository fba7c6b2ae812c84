package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.Uplink;
import java.util.ArrayDeque;
import java.util.Deque;

/** Gives a draft's endpoints and uplinks the ports that they need: all of them or none. */
final class PortStage {
  private final Draft draft;
  private final TableCompiler compiler;
  private final Ports ports;
  private final Deque<Runnable> undo = new ArrayDeque<>();

  PortStage(Draft draft, TableCompiler compiler, Ports ports) {
    this.draft = draft;
    this.compiler = compiler;
    this.ports = ports;
  }

  /**
   * Opens and changes ports. Call it when nothing else can fail.
   *
   * @throws io.grpc.StatusRuntimeException if that is not possible; all ports are as they were
   */
  void run() {
    try {
      for (Uplink uplink : draft.uplinks().upserts().values()) {
        obtain(draft.uplinks().field(uplink.name()), () -> prepare(uplink));
      }
      for (Endpoint endpoint : draft.endpoints().upserts().values()) {
        if (!draft.endpoints().existed(endpoint.name())) {
          obtain(draft.endpoints().field(endpoint.name()), () -> open(endpoint));
        }
      }
    } catch (RuntimeException e) {
      undo.forEach(Runnable::run);
      throw e;
    }
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
    ports.open(interfaceIndex, endpoint);
    undo.push(() -> ports.close(interfaceIndex));
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
