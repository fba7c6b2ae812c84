package dev.heddle.control;

import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Transaction;
import dev.heddle.compile.RoutesExhaustedException;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.table.TableMemoryExhaustedException;
import dev.heddle.table.Tables;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes updates from requests to the workers, one at a time.
 *
 * <p>Threading: any thread may call; calls exclude each other.
 */
public final class ControlPlane {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

  private final DesiredState state = new DesiredState();
  private final TableCompiler compiler;
  private final Ports ports;
  private final Publisher publisher;
  private final RouteMeter meter;
  private final Consumer<Totals> onApplied;
  private long revision;
  private boolean ended;

  /**
   * @param compiler of which nobody else makes use
   * @param onApplied is told of each revision that runs
   */
  public ControlPlane(
      TableCompiler compiler,
      Ports ports,
      Publisher publisher,
      RouteMeter meter,
      Consumer<Totals> onApplied) {
    this.meter = meter;
    this.onApplied = onApplied;
    this.compiler = compiler;
    this.ports = ports;
    this.publisher = publisher;
  }

  /**
   * An update's whole path: read and validate, open ports, compile, publish, acknowledge.
   *
   * <p>Up to the compiled tables anything may fail and leaves everything as it was. After that
   * nothing is refused any more.
   *
   * @param chunks the transaction
   * @return the revision that every worker runs when this returns
   * @throws io.grpc.StatusRuntimeException if it is refused, with all mistakes
   * @throws InterruptedException if the daemon ends meanwhile
   */
  public synchronized long apply(List<Transaction> chunks) throws InterruptedException {
    if (ended) {
      throw new InterruptedException("the daemon is ending");
    }
    Draft draft = Draft.read(chunks, state);
    compiler.begin();
    try {
      new Staging(state, draft, compiler, ports.capacity()).run();
      compiler.prepare();
      openPorts(draft);
    } catch (RuntimeException e) {
      compiler.undo();
      throw refusal(e);
    }
    if (!compiler.changesAnything()) {
      compiler.undo();
      return revision;
    }
    List<Integer> departing = compiler.removedInterfaces();
    Tables tables = compiler.finish(++revision);
    state.commit(draft);
    publisher.publish(tables);
    departing.forEach(ports::close);
    compiler.settle(meter::clear);
    LOG.debug("revision {} runs", revision);
    onApplied.accept(totals());
    return revision;
  }

  /** Opens the ports of all new endpoints, or none. */
  private void openPorts(Draft draft) {
    List<Integer> opened = new ArrayList<>();
    try {
      for (Endpoint endpoint : draft.endpoints().upserts().values()) {
        if (!draft.endpoints().existed(endpoint.name())) {
          int interfaceIndex = compiler.interfaceIndex(endpoint.name());
          open(interfaceIndex, endpoint, draft);
          opened.add(interfaceIndex);
        }
      }
    } catch (RuntimeException e) {
      opened.forEach(ports::close);
      throw e;
    }
  }

  private void open(int interfaceIndex, Endpoint endpoint, Draft draft) {
    try {
      ports.open(interfaceIndex, endpoint);
    } catch (PortException e) {
      draft.endpoints().field(endpoint.name()).failedPrecondition(e.field(), e.value(), e.remedy());
      throw draft.mistakes().toException();
    }
  }

  private static RuntimeException refusal(RuntimeException cause) {
    return cause instanceof TableMemoryExhaustedException
            || cause instanceof RoutesExhaustedException
        ? Status.RESOURCE_EXHAUSTED
            .withDescription(cause.getMessage() + "; nothing of the transaction was applied")
            .asRuntimeException()
        : cause;
  }

  /** The revision that all workers run. */
  public synchronized long revision() {
    return revision;
  }

  /** Networks by name, as they are now. */
  synchronized List<NetworkStatus> networks() {
    return state.networks().values().stream().map(this::status).toList();
  }

  private NetworkStatus status(Network network) {
    return NetworkStatus.newBuilder()
        .setNetwork(NetworkReader.toMessage(network))
        .setVrfIndex(compiler.vrfIndex(network.name()))
        .setRouteCount(compiler.routeCount(network.name()))
        .setEndpointCount(state.endpointsOf(network.name()).size())
        .build();
  }

  /** Endpoints by name, as they are now. */
  synchronized List<EndpointStatus> endpoints() {
    return state.endpoints().values().stream().map(this::status).toList();
  }

  private EndpointStatus status(Endpoint endpoint) {
    return EndpointStatus.newBuilder()
        .setEndpoint(EndpointReader.toMessage(endpoint))
        .setInterfaceIndex(compiler.interfaceIndex(endpoint.name()))
        .build();
  }

  /**
   * Reads a page of a network's routes.
   *
   * @return null if there is no such network, or the daemon is ending
   */
  synchronized RoutePage routes(String network, IpPrefix from) {
    return !ended && state.networks().containsKey(network)
        ? RoutePage.read(network, from, compiler, state, meter)
        : null;
  }

  private Totals totals() {
    return new Totals(
        revision, state.networks().size(), state.endpoints().size(), compiler.totalRoutes());
  }

  /**
   * Waits for an update that is under way and lets no other begin; nobody looks at counters then.
   */
  public synchronized void end() {
    ended = true;
  }

  /** How many objects there are in a revision. */
  public record Totals(long revision, long networks, long endpoints, long routes) {}
}
