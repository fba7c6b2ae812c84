package dev.heddle.port.memif.channel;

/** A memif interface cannot be had as configured. Nothing of it was applied. */
public final class MemifConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String remedy;

  /**
   * @param field the field of {@link MemifConfig} at fault
   * @param value what it holds, a secret only described
   * @param remedy what is wrong with it and what to do
   */
  public MemifConfigException(String field, Object value, String remedy) {
    super("memif " + field + " " + value + ": " + remedy);
    this.field = field;
    this.value = String.valueOf(value);
    this.remedy = remedy;
  }

  public String field() {
    return field;
  }

  public String value() {
    return value;
  }

  public String remedy() {
    return remedy;
  }
}
