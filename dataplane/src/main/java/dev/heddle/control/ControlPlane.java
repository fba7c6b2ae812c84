package dev.heddle.control;

import dev.heddle.api.v1.Planned;
import dev.heddle.api.v1.RuleDecision;
import dev.heddle.api.v1.Transaction;
import dev.heddle.compile.CompiledRoutes;
import dev.heddle.compile.RoutesExhaustedException;
import dev.heddle.compile.TableCompiler;
import dev.heddle.compile.policy.PolicyTooLargeException;
import dev.heddle.control.journal.Journal;
import dev.heddle.control.journal.JournalEntry;
import dev.heddle.control.journal.JournalException;
import dev.heddle.model.IpAddress;
import dev.heddle.observe.PolicyLog;
import dev.heddle.table.TableMemoryExhaustedException;
import dev.heddle.table.Tables;
import dev.heddle.worker.DryRun;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes updates from requests to the workers, one at a time.
 *
 * <p>Threading: any thread may call; calls exclude each other.
 */
public final class ControlPlane {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

  /** More than a thread takes to wake. */
  private static final long PAUSE_NS = 100_000;

  /** Some ten microseconds. */
  private static final int LOOKED_AT_ONCE = 64;

  private final DesiredState state = new DesiredState();
  private final TableCompiler compiler;
  private final Ports ports;
  private final Publisher publisher;
  private final UnderlayNeighbours neighbours;
  private final RouteMeter meter;
  private final Consumer<Totals> onApplied;
  private final Listings listings;
  private final Journal journal;
  private final PolicyLogBook policyLog;
  private final ChangeHistory history = new ChangeHistory();
  private final Pulse pulse = new Pulse(System::nanoTime);
  private long revision;
  private boolean ended;

  /** The revision that all workers run; read without waiting. */
  private volatile long running;

  private volatile boolean restored;

  /**
   * @param compiler of which nobody else makes use
   * @param onApplied is told of each revision that runs
   * @param journal of an earlier run, of which nothing has been read
   * @param policyLogs what Log rules note, worker by worker
   * @param dryRun for explanations, and for nobody else
   */
  public ControlPlane(
      TableCompiler compiler,
      Ports ports,
      Publisher publisher,
      UnderlayNeighbours neighbours,
      RouteMeter meter,
      Consumer<Totals> onApplied,
      Journal journal,
      List<PolicyLog> policyLogs,
      DryRun dryRun) {
    this.journal = journal;
    this.neighbours = neighbours;
    this.meter = meter;
    this.onApplied = onApplied;
    this.compiler = compiler;
    this.ports = ports;
    this.publisher = publisher;
    history.beginAt(revision);
    policyLog = new PolicyLogBook(policyLogs);
    listings =
        new Listings(state, compiler, ports, neighbours, meter, policyLog, dryRun, this::look);
  }

  /**
   * Makes the state that an earlier run had acknowledged last. Pods that are gone are missed, not
   * in the way.
   *
   * @throws JournalException if the journal is damaged
   * @throws io.grpc.StatusRuntimeException if something else is not to be had any more
   * @throws InterruptedException if the daemon ends meanwhile
   */
  public synchronized void restore() throws InterruptedException {
    pulse.works("the journal is read");
    for (JournalEntry entry = journal.next(); entry != null; entry = journal.next()) {
      revision = entry.revision() - 1;
      take(entry, true);
      revision = entry.revision();
      pulse.works("the journal is read");
    }
    running = revision;
    history.beginAt(revision);
    restored = true;
    pulse.rests();
  }

  /** Whether the state of the last run is made again. Waits for nothing. */
  public boolean isRestored() {
    return restored;
  }

  /** What it has been at for so long that it must be stuck. Waits for nothing. */
  public Optional<String> stuck() {
    return pulse.stuck();
  }

  /**
   * An update's whole path: read and validate, open ports, compile, write down, publish,
   * acknowledge.
   *
   * <p>Up to the compiled tables anything may fail and leaves everything as it was. After that
   * nothing is refused any more.
   *
   * @param chunks the transaction
   * @return the revision that every worker runs when this returns
   * @throws io.grpc.StatusRuntimeException if it is refused, with all mistakes
   * @throws InterruptedException if the daemon ends meanwhile
   */
  public long apply(List<Transaction> chunks) throws InterruptedException {
    return take(chunks, false);
  }

  /**
   * The same for the whole state: what the transaction does not name goes, and only what differs is
   * touched.
   *
   * @param chunks the transaction, which has no deletions
   * @return the revision that every worker runs when this returns; the one before if nothing
   *     differs
   */
  public long replace(List<Transaction> chunks) throws InterruptedException {
    return take(chunks, true);
  }

  /**
   * What a transaction would change; nothing is changed. Ports are not opened, so a transaction
   * that is planned may still be refused for one.
   *
   * @throws io.grpc.StatusRuntimeException if it would be refused, with all mistakes
   */
  synchronized Planned plan(List<Transaction> chunks, boolean replacement)
      throws InterruptedException {
    if (ended) {
      throw new InterruptedException("the daemon is ending");
    }
    Draft draft = Draft.read(MemifSecrets.keep(chunks, state), state, replacement);
    compiler.begin();
    try {
      new Staging(state, draft, compiler, ports.capacity()).run();
      compiler.prepare();
    } catch (RuntimeException e) {
      throw refusal(e);
    } finally {
      compiler.undo();
    }
    draft.tellObjects();
    return Planned.newBuilder()
        .setRevision(revision)
        .addAllChanges(draft.changes().operations())
        .setTooLarge(draft.changes().isTooLarge())
        .build();
  }

  private synchronized long take(List<Transaction> chunks, boolean replacement)
      throws InterruptedException {
    try {
      List<Transaction> whole = MemifSecrets.keep(chunks, state);
      long applied = take(new JournalEntry(revision + 1, replacement, whole), false);
      running = applied;
      shortenJournal();
      return applied;
    } finally {
      pulse.rests();
    }
  }

  /**
   * @param restoring whether an earlier run has acknowledged it
   */
  private long take(JournalEntry entry, boolean restoring) throws InterruptedException {
    if (ended) {
      throw new InterruptedException("the daemon is ending");
    }
    pulse.works("a transaction is read");
    Draft draft = Draft.read(entry.chunks(), state, entry.replacement());
    compiler.begin();
    PortStage portStage = new PortStage(state, draft, compiler, ports, restoring);
    try {
      pulse.works("a transaction is checked");
      new Staging(state, draft, compiler, ports.capacity()).run();
      pulse.works("tables are made");
      compiler.prepare();
      pulse.works("ports are opened");
      portStage.run(pulse::goesOn);
    } catch (RuntimeException e) {
      compiler.undo();
      throw refusal(e);
    }
    if (!compiler.changesAnything() && !draft.changesPolicies()) {
      compiler.undo();
      return revision;
    }
    if (!restoring) {
      writeDown(entry, portStage);
    }
    List<Integer> departing = compiler.removedInterfaces();
    List<Integer> departingUplinks = compiler.underlay().removedUplinks();
    Tables tables = compiler.finish(++revision);
    policyLog.collect();
    state.commit(draft, compiler);
    draft
        .decisions()
        .forEach((endpoint, decisions) ->
            policyLog.decide(compiler.interfaceIndex(endpoint), endpoint, decisions, revision));
    pulse.waits("not every worker runs revision " + revision);
    publisher.publish(tables);
    pulse.works("ports are closed");
    if (compiler.underlay().hasOtherNeighbours()) {
      neighbours.want(compiler.underlay().wantedNeighbours());
    }
    for (int interfaceIndex : departing) {
      ports.close(interfaceIndex);
      pulse.goesOn();
    }
    departingUplinks.forEach(ports::closeUplink);
    compiler.settle(meter::clear);
    if (!restoring) {
      draft.tellObjects();
      history.record(revision, draft.changes());
    }
    LOG.atDebug().addKeyValue("revision", revision).log("a revision runs");
    onApplied.accept(totals());
    return revision;
  }

  private void writeDown(JournalEntry entry, PortStage portStage) {
    try {
      journal.append(entry);
    } catch (JournalException e) {
      portStage.undo();
      compiler.undo();
      LOG.atError()
          .addKeyValue("reason", e.getMessage())
          .log("a transaction is not written down and so not applied");
      throw Refusals.exhausted(
          "JOURNAL", "node", "journal: " + e.getMessage() + "; nothing was applied");
    }
  }

  /** The state is written by another thread, from what is taken here at once. */
  private void shortenJournal() {
    if (!journal.isLong()) {
      return;
    }
    DesiredState shared = state.share();
    RouteSnapshot routes =
        new RouteSnapshot(
            shared, compiler.routes().share(shared.networks().keySet()), UnaryOperator.identity());
    journal.beginWith(
        revision,
        WholeState.chunks(shared, routes),
        e ->
            LOG.atWarn()
                .addKeyValue("reason", e.getMessage())
                .log("the journal is not shortened and grows on"));
  }

  private static RuntimeException refusal(RuntimeException cause) {
    return cause instanceof TableMemoryExhaustedException
            || cause instanceof PolicyTooLargeException
            || cause instanceof RoutesExhaustedException
        ? Refusals.exhausted(
            "TABLES_FULL", "node", cause.getMessage() + "; nothing of the transaction was applied")
        : cause;
  }

  /**
   * Takes in what Log rules noted, so that workers have room for more. To be called all the time:
   * that it can be shows that the control side is not stuck.
   */
  public synchronized void collectPolicyLog() {
    policyLog.collect();
    pulse.rests();
  }

  /** How many endpoints there may be. */
  int maxEndpoints() {
    return ports.capacity();
  }

  /** What the last revisions changed. */
  ChangeHistory history() {
    return history;
  }

  /** Which endpoints and uplinks work, as of now. */
  synchronized Map<Observation, Boolean> observe() {
    return ended ? Map.of() : listings.observed();
  }

  /** What there is, as of now. Many objects are looked at in parts, between transactions. */
  public Inventory inventory() {
    StockTaking stock = new StockTaking(state, compiler, ports, neighbours.known());
    while (goOn(stock)) {
      // Or this thread would have the lock again before one that waits for it wakes.
      LockSupport.parkNanos(PAUSE_NS);
    }
    return stock.result();
  }

  private synchronized boolean goOn(StockTaking stock) {
    return !ended && stock.goOn();
  }

  /** The revision that all workers run. Waits for nothing. */
  public long revision() {
    return running;
  }

  /**
   * Which route of a network covers an address, as of now.
   *
   * @param vrfIndex of the network
   * @return null if there is no such network
   */
  public synchronized RouteMatch match(int vrfIndex, IpAddress address) {
    for (String network : state.networks().keySet()) {
      if (compiler.vrfIndex(network) == vrfIndex) {
        CompiledRoutes.Match match = compiler.routes().longestMatch(network, address);
        return new RouteMatch(
            network,
            AddressReader.text(address),
            match == null ? "no prefix" : AddressReader.text(match.prefix()),
            revision);
      }
    }
    return null;
  }

  /**
   * The rule that decided about a packet.
   *
   * @param interfaceIndex of the endpoint whose rule it is
   * @param rule its place in the endpoint's program for one direction
   * @param deciding revision in which it did
   * @return null if it is not known any more
   */
  public synchronized RuleDecision rule(
      int interfaceIndex, boolean ingress, int rule, long deciding) {
    return policyLog.decision(interfaceIndex, ingress, rule, deciding);
  }

  /**
   * A network and which of its routes an address takes, in words.
   *
   * @param revision that this is true for
   */
  public record RouteMatch(String network, String address, String prefix, long revision) {}

  /**
   * What a listing shows, as of one revision.
   *
   * @throws io.grpc.StatusRuntimeException if what is asked for is not there, or the daemon is
   *     ending
   */
  synchronized <T> Listed<T> list(Function<Listings, ? extends Iterable<T>> listing) {
    checkNotEnding();
    return new Listed<>(revision, listing.apply(listings));
  }

  /** As {@link LiveView} says: few at a time, so that no transaction waits for many. */
  private <S, T> List<T> look(List<S> things, Function<S, T> at) {
    List<T> seen = new ArrayList<>(things.size());
    for (int from = 0; from < things.size(); from += LOOKED_AT_ONCE) {
      look(things.subList(from, Math.min(things.size(), from + LOOKED_AT_ONCE)), at, seen);
    }
    return seen;
  }

  private synchronized <S, T> void look(List<S> things, Function<S, T> at, List<T> seen) {
    checkNotEnding();
    things.forEach(each -> seen.add(at.apply(each)));
  }

  private void checkNotEnding() {
    if (ended) {
      throw Status.UNAVAILABLE.withDescription("the daemon is ending").asRuntimeException();
    }
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
