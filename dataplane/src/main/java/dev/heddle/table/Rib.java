package dev.heddle.table;

import java.util.Arrays;

/**
 * The routes of one table in order: by address, shorter prefixes first, so that a prefix comes
 * before everything inside it.
 *
 * <p>Routes lie in chunks of up to {@link RibChunk#MAX_ROUTES}; a directory holds each chunk's
 * first address. An operation is two binary searches and a short move; a route takes some 15 bytes
 * (IPv4) or 24 bytes (IPv6).
 *
 * <p>A {@link #share shared} version costs nothing when it is taken. Chunks that it has are not
 * written any more: the first change of one goes to a copy.
 *
 * <p>Addresses are left-aligned in two longs as {@link Prefixes} says. Threading: one thread.
 */
final class Rib {
  /** What is answered where there is no such route; no route has this value. */
  static final int ABSENT = -1;

  private static final RibChunk[] NO_CHUNKS = {};
  private static final long[] NO_ADDRESSES = {};

  private final boolean wide;
  private RibChunk[] chunks = NO_CHUNKS;
  private long[] firstHighs = NO_ADDRESSES;
  private int chunkCount;
  private int size;

  /** How many versions were shared: older chunks may be read by others. */
  private int generation;

  /** Whether a shared version has the array of chunks, too. */
  private boolean chunksShared;

  /** Where {@link #find} has left off: a chunk, and an index within it. */
  private int chunkFound;

  private int indexFound;

  /**
   * @param wide whether addresses have 128 bits, else only 32
   */
  Rib(boolean wide) {
    this.wide = wide;
  }

  int size() {
    return size;
  }

  /** The value of exactly this prefix, or {@link #ABSENT}. */
  int get(long high, long low, int length) {
    return find(high, low, length) ? chunks[chunkFound].values[indexFound] : ABSENT;
  }

  /** Adds or replaces a route and returns the value it had, or {@link #ABSENT}. */
  int put(long high, long low, int length, int value) {
    if (find(high, low, length)) {
      int old = chunks[chunkFound].values[indexFound];
      if (old != value) {
        own(chunkFound).values[indexFound] = value;
      }
      return old;
    }
    if (chunkCount == 0) {
      insertChunk(0, new RibChunk(wide, generation));
    } else if (chunks[chunkFound].size == RibChunk.MAX_ROUTES) {
      splitFound();
    }
    own(chunkFound).insert(indexFound, high, low, length, value);
    if (indexFound == 0) {
      firstHighs[chunkFound] = high;
    }
    size++;
    return ABSENT;
  }

  /** Removes a route and returns the value it had, or {@link #ABSENT}. */
  int remove(long high, long low, int length) {
    if (!find(high, low, length)) {
      return ABSENT;
    }
    RibChunk chunk = own(chunkFound);
    int old = chunk.values[indexFound];
    chunk.remove(indexFound);
    size--;
    if (chunk.size == 0) {
      removeChunk(chunkFound);
    } else {
      firstHighs[chunkFound] = chunk.highs[0];
      mergeFound(chunk);
    }
    return old;
  }

  /**
   * The value of the longest prefix that covers an address and has at most {@code maxLength} bits,
   * or {@link #ABSENT}.
   */
  int longestMatch(long high, long low, int maxLength) {
    int length = maxLength;
    while (true) {
      // The last route in order that is not after the wanted prefix either covers it, or shares
      // some first bits with it, and whatever covers the prefix has no more bits than those.
      boolean exact = find(Prefixes.maskHigh(high, length), Prefixes.maskLow(low, length), length);
      if (!exact && !stepBack()) {
        return ABSENT;
      }
      RibChunk chunk = chunks[chunkFound];
      int i = indexFound;
      if (Prefixes.covers(chunk.highs[i], chunk.low(i), chunk.length(i), high, low)) {
        return chunk.values[i];
      }
      length = Prefixes.commonBits(chunk.highs[i], chunk.low(i), high, low);
    }
  }

  /** Counts the distinct first 16 bits of the routes longer than that, up to a bound. */
  int countGroups16(int bound) {
    int groups = 0;
    RibCursor cursor = new RibCursor();
    seek(cursor, 0, 0, 0);
    while (!cursor.atEnd() && groups < bound) {
      if (cursor.length() <= 16) {
        cursor.advance();
        continue;
      }
      groups++;
      long next = (cursor.high() >>> 48) + 1;
      if (next == 1 << 16) {
        break;
      }
      seek(cursor, next << 48, 0, 0);
    }
    return groups;
  }

  /** Places a cursor on the first route that is not before the given one. */
  void seek(RibCursor cursor, long high, long low, int length) {
    find(high, low, length);
    cursor.place(chunks, chunkCount, chunkFound, indexFound);
  }

  /** The routes as they are now, for any thread, whatever changes meanwhile. */
  SharedRib share() {
    generation++;
    chunksShared = true;
    return new SharedRib(chunks, chunkCount);
  }

  /** A chunk that nobody else reads. */
  private RibChunk own(int at) {
    RibChunk chunk = chunks[at];
    if (chunk.generation == generation) {
      return chunk;
    }
    RibChunk copy = chunk.copy(generation);
    ownChunks()[at] = copy;
    return copy;
  }

  private RibChunk[] ownChunks() {
    if (chunksShared) {
      chunks = chunks.clone();
      chunksShared = false;
    }
    return chunks;
  }

  private boolean find(long high, long low, int length) {
    int c = chunkOf(high, low, length);
    chunkFound = c;
    if (chunkCount == 0) {
      indexFound = 0;
      return false;
    }
    RibChunk chunk = chunks[c];
    int i = chunk.lowerBound(high, low, length);
    indexFound = i;
    return i < chunk.size && chunk.compare(i, high, low, length) == 0;
  }

  /** The last chunk whose first route is not after the given one, or the first chunk. */
  private int chunkOf(long high, long low, int length) {
    int from = 0;
    int to = chunkCount;
    while (from < to) {
      int middle = from + to >>> 1;
      long first = firstHighs[middle];
      boolean after =
          first == high
              ? chunks[middle].compare(0, high, low, length) > 0
              : Long.compareUnsigned(first, high) > 0;
      if (after) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return Math.max(0, from - 1);
  }

  private boolean stepBack() {
    if (indexFound > 0) {
      indexFound--;
      return true;
    }
    if (chunkFound == 0) {
      return false;
    }
    chunkFound--;
    indexFound = chunks[chunkFound].size - 1;
    return true;
  }

  private void splitFound() {
    RibChunk chunk = own(chunkFound);
    // Routes that come in order fill chunk after chunk; others halve one.
    boolean appending = chunkFound == chunkCount - 1 && indexFound == chunk.size;
    int at = appending ? chunk.size - 1 : chunk.size / 2;
    insertChunk(chunkFound + 1, chunk.split(at));
    if (indexFound > at) {
      chunkFound++;
      indexFound -= at;
    }
  }

  private void mergeFound(RibChunk chunk) {
    if (chunk.size > RibChunk.MAX_ROUTES / 4 || chunkFound + 1 >= chunkCount) {
      return;
    }
    RibChunk next = chunks[chunkFound + 1];
    if (chunk.size + next.size <= RibChunk.MAX_ROUTES / 2) {
      chunk.append(next, 0, next.size);
      removeChunk(chunkFound + 1);
    }
  }

  private void insertChunk(int at, RibChunk chunk) {
    if (chunkCount == chunks.length) {
      int capacity = chunkCount + Math.max(1, chunkCount >> 2);
      chunks = Arrays.copyOf(chunks, capacity);
      chunksShared = false;
      firstHighs = Arrays.copyOf(firstHighs, capacity);
    }
    ownChunks();
    System.arraycopy(chunks, at, chunks, at + 1, chunkCount - at);
    System.arraycopy(firstHighs, at, firstHighs, at + 1, chunkCount - at);
    chunks[at] = chunk;
    firstHighs[at] = chunk.highs[0];
    chunkCount++;
  }

  private void removeChunk(int at) {
    ownChunks();
    chunkCount--;
    System.arraycopy(chunks, at + 1, chunks, at, chunkCount - at);
    System.arraycopy(firstHighs, at + 1, firstHighs, at, chunkCount - at);
    chunks[chunkCount] = null;
    if (chunkCount < chunks.length / 2) {
      chunks = Arrays.copyOf(chunks, chunkCount);
      firstHighs = Arrays.copyOf(firstHighs, chunkCount);
    }
  }
}
