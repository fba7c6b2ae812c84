package dev.heddle.control;

import dev.heddle.api.v1.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a transaction does to the objects of one kind, on top of what there is.
 *
 * @param <T> the kind
 */
final class Changes<T> {
  private final Map<String, T> before;
  private final Map<String, T> upserts = new LinkedHashMap<>();
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final Set<String> deletes = new HashSet<>();
  private final Set<String> unclear = new HashSet<>();

  /**
   * @param before objects by name, as they are without the transaction
   */
  Changes(Map<String, T> before) {
    this.before = before;
  }

  /** Notes which operation names an object; false, with the mistake noted, if one did before. */
  boolean name(String name, Field at) {
    if (fields.putIfAbsent(name, at) == null) {
      return true;
    }
    at.invalid("name", name, "named by another operation of this transaction; name it once");
    setUnclear(name);
    return false;
  }

  /** An object that is created or replaced; null if it could not be read. */
  void upsert(String name, T object) {
    if (object == null) {
      setUnclear(name);
    } else {
      upserts.put(name, object);
    }
  }

  void delete(String name) {
    deletes.add(name);
  }

  /** Deletes all objects that no operation named, each with the place that its mistakes get. */
  void deleteUnnamed(Function<String, Field> place) {
    for (String name : before.keySet()) {
      if (!fields.containsKey(name)) {
        fields.put(name, place.apply(name));
        deletes.add(name);
      }
    }
  }

  /** Whether the object was there before the transaction. */
  boolean existed(String name) {
    return before.containsKey(name);
  }

  /** The object as it was before; null if there was none. */
  T before(String name) {
    return before.get(name);
  }

  /** The object as it is afterwards; null if there is none. */
  T after(String name) {
    T upserted = upserts.get(name);
    return upserted != null ? upserted : deletes.contains(name) ? null : before.get(name);
  }

  /** All objects as they are afterwards. */
  List<T> allAfter() {
    List<T> all = new ArrayList<>(upserts.values());
    before.forEach((name, object) -> {
      if (!upserts.containsKey(name) && !deletes.contains(name)) {
        all.add(object);
      }
    });
    return all;
  }

  /** Whether any object is created, replaced or deleted. */
  boolean any() {
    return !upserts.isEmpty() || !deletes.isEmpty();
  }

  /** Notes that a mistake leaves open what becomes of an object. */
  void setUnclear(String name) {
    unclear.add(name);
  }

  /**
   * Whether a mistake leaves open what becomes of the object; whoever refers to it is not to blame.
   */
  boolean isUnclear(String name) {
    return unclear.contains(name);
  }

  /** Where the transaction names the object; null if it does not. */
  Field field(String name) {
    return fields.get(name);
  }

  /** Objects to create or replace that differ from what they were, in the transaction's order. */
  Map<String, T> upserts() {
    return upserts;
  }

  /** Whether the transaction replaces the object by another one, or deletes it. */
  boolean changes(String name) {
    return upserts.containsKey(name) || deletes.contains(name);
  }

  /** Names of objects to delete. */
  Set<String> deletes() {
    return deletes;
  }

  /** Forgets upserts that say what is so already. */
  void dropUnchanged() {
    upserts.entrySet().removeIf(upsert -> upsert.getValue().equals(before.get(upsert.getKey())));
  }

  /** Makes it so in what there is. */
  void commitTo(Map<String, T> all) {
    deletes.forEach(all::remove);
    all.putAll(upserts);
  }

  /** Tells what is different afterwards. */
  void tell(ChangeLog log, Function<T, Operation> toUpsert, Function<String, Operation> toDelete) {
    upserts.values().forEach(object -> log.add(toUpsert.apply(object)));
    deletes.forEach(name -> log.add(toDelete.apply(name)));
  }

  /** The former objects that are deleted or replaced. */
  List<T> replaced() {
    List<T> replaced = new ArrayList<>();
    upserts.keySet().stream().filter(before::containsKey).map(before::get).forEach(replaced::add);
    deletes.stream().map(before::get).forEach(replaced::add);
    return replaced;
  }
}
