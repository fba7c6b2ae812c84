package dev.heddle.control;

import io.grpc.Status;

/**
 * Where the reading of a transaction is: an operation and the object that it names. Mistakes are
 * told from here.
 */
final class Field {
  private static final int NOWHERE = -1;

  private static final int IN_REQUEST = -2;

  private final Mistakes mistakes;

  /** Of the operation; {@link #NOWHERE} or {@link #IN_REQUEST} where there is none. */
  private final int position;

  private final String change;
  private final String kind;
  private final String name;

  /**
   * @param position of the operation in the transaction
   * @param change name of the operation's field
   * @param kind of the object that it names
   * @param name of that object
   */
  Field(Mistakes mistakes, int position, String change, String kind, String name) {
    this.mistakes = mistakes;
    this.position = position;
    this.change = change;
    this.kind = kind;
    this.name = name;
  }

  /** An object that a replacement of the whole state does not name. */
  static Field unnamed(Mistakes mistakes, String kind, String name) {
    return new Field(mistakes, NOWHERE, "", kind, name);
  }

  /** A request that is no transaction. */
  static Field ofRequest(Mistakes mistakes, String kind, String name) {
    return new Field(mistakes, IN_REQUEST, "", kind, name);
  }

  /** A value that can never be right. */
  void invalid(String field, Object value, String remedy) {
    add(Status.Code.INVALID_ARGUMENT, field, value, remedy);
  }

  /** A name that nothing has. */
  void notFound(String field, Object value, String remedy) {
    add(Status.Code.NOT_FOUND, field, value, remedy);
  }

  /** A value that something else has already. */
  void alreadyExists(String field, Object value, String remedy) {
    add(Status.Code.ALREADY_EXISTS, field, value, remedy);
  }

  /** A change that the present state does not allow. */
  void failedPrecondition(String field, Object value, String remedy) {
    add(Status.Code.FAILED_PRECONDITION, field, value, remedy);
  }

  /** One more than there is room for. */
  void exhausted(String field, Object value, String remedy) {
    add(Status.Code.RESOURCE_EXHAUSTED, field, value, remedy);
  }

  private void add(Status.Code code, String field, Object value, String remedy) {
    mistakes.add(
        new Mistake(
            code,
            path(field),
            kind,
            Mistakes.shown(name),
            field,
            Mistakes.shown(String.valueOf(value)),
            remedy));
  }

  private String path(String field) {
    return switch (position) {
      case NOWHERE -> "operations";
      case IN_REQUEST -> field;
      default -> "operations[" + position + "]." + change + "." + field;
    };
  }
}
