package dev.heddle.control;

/** The port of an endpoint or an uplink cannot be had as told. */
public final class PortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String remedy;

  /**
   * @param field the field at fault of the endpoint or the uplink
   * @param value what it holds
   * @param remedy what is wrong with it and what to do
   */
  public PortException(String field, String value, String remedy, Throwable cause) {
    super(field + " " + value + ": " + remedy, cause);
    this.field = field;
    this.value = value;
    this.remedy = remedy;
  }

  String field() {
    return field;
  }

  String value() {
    return value;
  }

  String remedy() {
    return remedy;
  }
}
