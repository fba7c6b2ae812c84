package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.CountedEvent;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.EventCounter;
import dev.heddle.observe.InterfaceSlots;
import dev.heddle.port.memif.LinkEvent;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.MemifLink;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to interfaces is found in the counters file. */
class MemifEventsTest {
  private static final int SERVER = 1;
  private static final int CLIENT = 2;

  @TempDir Path directory;
  private final RecordingOwner serverOwner = new RecordingOwner();
  private CountersFile counters;
  private InterfaceSlots slots;
  private MemifConductor servers;
  private MemifConductor clients;
  private MemifSocket socket;

  @BeforeEach
  void start() {
    counters = CountersFile.create(directory.resolve("counters"), 1, 4, MemifEvents.all());
    slots = counters.slots();
    slots.claim(SERVER, "pod1", "blue");
    servers = MemifConductor.start(serverOwner, MemifLimits.DEFAULTS, "serving", slots);
    clients = MemifConductor.start(new RecordingOwner(), MemifLimits.DEFAULTS, "calling");
    socket = MemifSocket.of(directory.resolve("memif.sock").toString());
    servers.add(Configs.server(SERVER, socket, 7));
  }

  @AfterEach
  void stop() {
    clients.close();
    servers.close();
    counters.close();
  }

  @Test
  void shouldCountConnectionsAndTheFaultWhenAWorkerCutsAPeerOff() {
    clients.add(Configs.client(CLIENT, socket, 7));
    MemifLink link = serverOwner.awaitUp();
    awaitCount(SERVER, LinkEvent.CONNECTS, 1);

    link.fail(LinkFault.MEMORY_FAULT);

    awaitCount(SERVER, LinkFault.MEMORY_FAULT, 1);
    awaitCount(SERVER, LinkEvent.DISCONNECTS, 1);
    awaitCount(SERVER, LinkEvent.CONNECTS, 2);
  }

  @Test
  void shouldCountForNoInterfaceWhenNobodyKnowsWhichWasMeant() {
    slots.claim(3, "pod3", "blue");
    servers.add(Configs.server(3, socket, 8));

    clients.add(Configs.client(CLIENT, socket, 9));

    RecordingOwner.until(
        "a refusal", () -> slots.events(EventCounter.NO_INTERFACE, LinkRefusal.UNKNOWN_ID) > 0);
    for (CountedEvent event : MemifEvents.all()) {
      assertThat(slots.events(SERVER, event)).isZero();
      assertThat(slots.events(3, event)).isZero();
    }
  }

  private void awaitCount(int interfaceIndex, CountedEvent event, long count) {
    RecordingOwner.until(
        count + " of " + event.label(), () -> slots.events(interfaceIndex, event) == count);
  }
}
