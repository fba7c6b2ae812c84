package dev.heddle.control;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.List;
import java.util.Map;

/** Refusals with details that a program can read. */
final class Refusals {
  /** Of all reasons in ErrorInfo. */
  static final String DOMAIN = "heddle.v1";

  /** Where clients look for details; the text is not repeated in it, to save room. */
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private Refusals() {}

  /**
   * A refusal for a reason that has a name of its own.
   *
   * @param text object, field, value, what is wrong and the remedy
   */
  static StatusRuntimeException of(Code code, String reason, String text) {
    return of(code, text, List.of(info(reason, Map.of())));
  }

  static StatusRuntimeException of(Code code, String text, List<? extends Message> details) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.getNumber());
    details.forEach(detail -> status.addDetails(Any.pack(detail)));
    Metadata trailers = new Metadata();
    trailers.put(DETAILS, status.build());
    return Status.fromCodeValue(code.getNumber())
        .withDescription(text)
        .asRuntimeException(trailers);
  }

  static ErrorInfo info(String reason, Map<String, String> metadata) {
    return ErrorInfo.newBuilder()
        .setReason(reason)
        .setDomain(DOMAIN)
        .putAllMetadata(metadata)
        .build();
  }
}
