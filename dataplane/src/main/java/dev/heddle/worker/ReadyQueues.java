package dev.heddle.worker;

import dev.heddle.ffi.linux.Epoll;
import dev.heddle.port.RxQueue;
import java.util.Arrays;

/**
 * A worker's queues that are polled only when the kernel has said that packets wait: so a thousand
 * idle ones cost one look, and not a thousand. Belongs to one worker.
 *
 * <p>A queue is ready from an edge on, or from its start, until a poll finds it empty. A packet
 * that comes after that makes a new edge, which stays with the kernel until the next look; so none
 * is missed, and a queue that was ready for nothing costs one poll.
 */
final class ReadyQueues implements AutoCloseable {
  private static final int MAX_EVENTS = 64;

  /**
   * A look takes as long as some twenty turns that find nothing, or ten packets: so many of the
   * ones, or so many turns that found something, lie between two.
   */
  private static final int IDLE_TURNS_PER_LOOK = 16;

  private static final int BUSY_TURNS_PER_LOOK = 4;

  private final Epoll epoll = new Epoll(MAX_EVENTS);

  /** By place; null where a place is free. The place is what the kernel returns. */
  private RxQueue[] queues = new RxQueue[1];

  /** By place: whether it stands among those that are ready. */
  private boolean[] isReady = new boolean[1];

  /** A ring of places, each at most once: those of the queues that are ready, in their turn. */
  private int[] ready = new int[1];

  private int first;
  private int count;
  private int taken;
  private int turn;

  /** Readable while the kernel has something to tell. */
  int fd() {
    return epoll.fd();
  }

  /** Starts to wait for a queue, which is looked at once in any case. */
  void add(RxQueue queue) {
    int place = freePlace();
    queues[place] = queue;
    epoll.add(queue.eventFd(), Epoll.IN | Epoll.EDGES, place);
    put(place);
  }

  private int freePlace() {
    for (int place = 0; place < queues.length; place++) {
      if (queues[place] == null && !isReady[place]) {
        return place;
      }
    }
    int place = queues.length;
    int[] ring = new int[2 * place];
    for (int i = 0; i < count; i++) {
      ring[i] = ready[first + i & place - 1];
    }
    ready = ring;
    first = 0;
    queues = Arrays.copyOf(queues, 2 * place);
    isReady = Arrays.copyOf(isReady, 2 * place);
    return place;
  }

  /**
   * Forgets an interface's queues, before their descriptors are closed.
   *
   * @return whether none is left
   */
  boolean remove(int interfaceIndex) {
    boolean isEmpty = true;
    for (int place = 0; place < queues.length; place++) {
      if (queues[place] != null && queues[place].interfaceIndex() == interfaceIndex) {
        epoll.remove(queues[place].eventFd());
        queues[place] = null;
      }
      isEmpty &= queues[place] == null;
    }
    return isEmpty;
  }

  /**
   * How many queues are ready now.
   *
   * @param isBusy whether the worker has had other things to do in this turn
   */
  int count(boolean isBusy) {
    turn += isBusy ? IDLE_TURNS_PER_LOOK / BUSY_TURNS_PER_LOOK : 1;
    return turn < IDLE_TURNS_PER_LOOK ? count : countNow();
  }

  /** The same after a look. */
  int countNow() {
    turn = 0;
    int events = epoll.await(0);
    for (int i = 0; i < events; i++) {
      put((int) epoll.data(i));
    }
    return count;
  }

  private void put(int place) {
    if (!isReady[place]) {
      isReady[place] = true;
      ready[first + count++ & ready.length - 1] = place;
    }
  }

  /** The next queue that is ready, and is so no longer; null for one that was removed. */
  RxQueue take() {
    taken = ready[first & ready.length - 1];
    first++;
    count--;
    isReady[taken] = false;
    return queues[taken];
  }

  /** The queue last taken has more. */
  void giveBack() {
    put(taken);
  }

  @Override
  public void close() {
    epoll.close();
  }
}
