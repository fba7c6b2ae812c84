package dev.heddle.table;

/** One version of a {@link Rib}, which never changes. */
record SharedRib(RibChunk[] chunks, int chunkCount) {
  void seek(RibCursor cursor) {
    cursor.place(chunks, chunkCount, 0, 0);
  }
}
