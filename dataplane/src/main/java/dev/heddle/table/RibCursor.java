package dev.heddle.table;

/** A place in a {@link Rib}'s order; void after the next change. */
final class RibCursor {
  private RibChunk[] chunks;
  private int chunkCount;
  private int chunkIndex;
  private RibChunk chunk;
  private int index;

  void place(RibChunk[] chunks, int chunkCount, int chunkIndex, int index) {
    this.chunks = chunks;
    this.chunkCount = chunkCount;
    this.chunkIndex = chunkIndex;
    this.chunk = chunkIndex < chunkCount ? chunks[chunkIndex] : null;
    this.index = index;
    skipChunkEnd();
  }

  boolean atEnd() {
    return chunk == null;
  }

  long high() {
    return chunk.highs[index];
  }

  long low() {
    return chunk.low(index);
  }

  int length() {
    return chunk.length(index);
  }

  int value() {
    return chunk.values[index];
  }

  /** Whether there is a route here whose address starts with a prefix. */
  boolean within(long high, long low, int length) {
    return chunk != null
        && Prefixes.covers(high, low, length, chunk.highs[index], chunk.low(index));
  }

  void advance() {
    index++;
    skipChunkEnd();
  }

  /** The next route's address starts with a prefix too; this one is left where it is. */
  boolean nextWithin(long high, long low, int length) {
    if (index + 1 < chunk.size) {
      return Prefixes.covers(high, low, length, chunk.highs[index + 1], chunk.low(index + 1));
    }
    if (chunkIndex + 1 >= chunkCount) {
      return false;
    }
    RibChunk next = chunks[chunkIndex + 1];
    return Prefixes.covers(high, low, length, next.highs[0], next.low(0));
  }

  private void skipChunkEnd() {
    if (chunk != null && index >= chunk.size) {
      chunkIndex++;
      chunk = chunkIndex < chunkCount ? chunks[chunkIndex] : null;
      index = 0;
    }
  }
}
