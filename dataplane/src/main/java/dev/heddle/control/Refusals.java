package dev.heddle.control;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.ResourceInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Refusals with details that a program can read. */
public final class Refusals {
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

  /**
   * Refuses a request that is no transaction.
   *
   * @param object what it is about
   * @param value that came from outside; it is shown short and without control characters
   */
  public static StatusRuntimeException ofRequest(
      Status.Code code, String object, String field, String value, String remedy) {
    Mistakes mistakes = new Mistakes();
    mistakes.add(new Mistake(code, field, object, "", field, Mistakes.shown(value), remedy));
    return mistakes.toException();
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

  /**
   * What a program can read of a mistake besides its text: object, field, value and remedy, and
   * what belongs to its code.
   */
  static Stream<Message> details(Mistake mistake) {
    Message info =
        info(
            mistake.code().name(),
            Map.of(
                "object", mistake.object(),
                "field", mistake.field(),
                "value", mistake.value(),
                "remedy", mistake.remedy()));
    return switch (mistake.code()) {
      case NOT_FOUND, ALREADY_EXISTS ->
          Stream.of(
              info,
              ResourceInfo.newBuilder()
                  .setResourceType(mistake.resourceKind())
                  .setResourceName(mistake.value())
                  .build());
      case RESOURCE_EXHAUSTED -> Stream.of(info, quota(mistake.object(), mistake.remedy()));
      default -> Stream.of(info);
    };
  }

  private static QuotaFailure quota(String subject, String description) {
    return QuotaFailure.newBuilder()
        .addViolations(
            QuotaFailure.Violation.newBuilder().setSubject(subject).setDescription(description))
        .build();
  }

  /** A refusal because there is no room for more. */
  static StatusRuntimeException exhausted(String reason, String subject, String text) {
    return of(Code.RESOURCE_EXHAUSTED, text, List.of(info(reason, Map.of()), quota(subject, text)));
  }

  static ErrorInfo info(String reason, Map<String, String> metadata) {
    return ErrorInfo.newBuilder()
        .setReason(reason)
        .setDomain(DOMAIN)
        .putAllMetadata(metadata)
        .build();
  }
}
