package dev.heddle.api;

import io.grpc.Metadata;

/** The header that tells which revision a listing shows. */
public final class RevisionHeader {
  /** A decimal number in ASCII. */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("heddle-revision", Metadata.ASCII_STRING_MARSHALLER);

  private RevisionHeader() {}
}
