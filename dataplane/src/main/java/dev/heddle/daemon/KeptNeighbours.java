package dev.heddle.daemon;

import dev.heddle.compile.WantedNeighbour;
import dev.heddle.control.KnownNeighbour;
import dev.heddle.control.UnderlayNeighbours;
import dev.heddle.model.IpAddress;
import dev.heddle.underlay.NeighbourAddress;
import dev.heddle.underlay.NeighbourService;
import dev.heddle.underlay.NeighbourStatus;
import dev.heddle.underlay.Wanted;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Underlay neighbours as the control plane speaks of them, kept by the neighbour service. */
public final class KeptNeighbours implements UnderlayNeighbours {
  private final NeighbourService service;

  public KeptNeighbours(NeighbourService service) {
    this.service = service;
  }

  @Override
  public void want(List<WantedNeighbour> wanted) {
    service.want(wanted.stream().map(KeptNeighbours::toWanted).toList());
  }

  private static Wanted toWanted(WantedNeighbour neighbour) {
    IpAddress address = neighbour.address();
    return new Wanted(
        neighbour.index(),
        new NeighbourAddress(
            neighbour.interfaceIndex(), address.ipv6(), address.high(), address.low()));
  }

  @Override
  public List<KnownNeighbour> known() {
    return service.list().stream().map(KeptNeighbours::toKnown).toList();
  }

  private static KnownNeighbour toKnown(NeighbourStatus status) {
    NeighbourAddress address = status.address();
    return new KnownNeighbour(
        address.interfaceIndex(),
        new IpAddress(address.ipv6(), address.high(), address.low()),
        status.mac(),
        switch (status.state()) {
          case INCOMPLETE -> KnownNeighbour.State.INCOMPLETE;
          case REACHABLE -> KnownNeighbour.State.REACHABLE;
          case PROBE -> KnownNeighbour.State.PROBE;
        },
        TimeUnit.NANOSECONDS.toMillis(status.ageNs()));
  }
}
