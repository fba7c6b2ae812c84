package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.api.v1.Operation;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that would take more memory than there is for them. */
class RoomIT {
  private static final int MIB = 1 << 20;
  private static final int ROOM_MIB = (int) (ControlFixture.ROOM_BYTES >> 20);
  private static final int PIECE_MIB = 2;
  private static final long DEADLINE_NS = TimeUnit.MINUTES.toNanos(2);

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  /** Operations that take this much room, each with a name that is refused in the end. */
  private static List<Operation> large(int mib) {
    List<Operation> operations = new ArrayList<>();
    for (int at = 0; at < mib; at += PIECE_MIB) {
      operations.add(deleteNetwork("x".repeat(PIECE_MIB * MIB)));
    }
    return operations;
  }

  private Status refusal(Iterable<Operation> operations) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> daemon.client.apply(operations))
        .getStatus();
  }

  private void assertServes() {
    assertThat(daemon.client.apply(upsert(network("blue", 56, "172.19.0.0/16")))).isEqualTo(1);
  }

  @Test
  void shouldRefuseAndServeOthersWhenATransactionIsTooLarge() {
    Status refusal = refusal(large(ROOM_MIB + PIECE_MIB));
    assertThat(refusal.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getDescription())
        .matches(
            "transaction: size [0-9]{9}: larger than the "
                + ControlFixture.ROOM_BYTES
                + " bytes of memory that transactions may take; cut it into several");
    assertThat(refusal(large(ROOM_MIB / 2)).getCode()).isEqualTo(Code.NOT_FOUND);
    assertServes();
  }

  @Test
  void shouldRefuseAndServeOthersWhenAReplacementIsTooLarge() {
    List<Operation> operations = large(ROOM_MIB + PIECE_MIB);
    Status refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> daemon.client.replace(operations))
            .getStatus();
    assertThat(refusal.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getDescription()).contains("cut it into several");
    assertServes();
    awaitFree(ControlFixture.ROOM_BYTES, ControlFixture.ROOM_BYTES);
  }

  @Test
  void shouldRefuseUntilOthersHaveEndedWhenTheyTakeTheRoom() {
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<Status> first =
        CompletableFuture.supplyAsync(() -> refusal(() -> unfinished(mayEnd)));
    List<Operation> second = large(ROOM_MIB / 2);
    awaitFree(0, ControlFixture.ROOM_BYTES / 3);
    Status refusal = refusal(second);
    assertThat(refusal.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getDescription())
        .matches(
            "transaction: size [0-9]+: others that are under way leave room for [0-9]+ bytes more;"
                + " apply it again after them");
    assertServes();
    mayEnd.countDown();
    assertThat(first.join().getCode()).isEqualTo(Code.NOT_FOUND);
    assertThat(refusal(second).getCode()).isEqualTo(Code.NOT_FOUND);
    awaitFree(ControlFixture.ROOM_BYTES, ControlFixture.ROOM_BYTES);
  }

  private void awaitFree(long leastBytes, long mostBytes) {
    long deadlineNs = System.nanoTime() + DEADLINE_NS;
    long free = daemon.room.freeBytes();
    while (free < leastBytes || free > mostBytes) {
      assertThat(System.nanoTime()).isLessThan(deadlineNs);
      Thread.onSpinWait();
      free = daemon.room.freeBytes();
    }
  }

  /** Most of the room, and then nothing for a while. */
  private static Iterator<Operation> unfinished(CountDownLatch mayEnd) {
    Iterator<Operation> operations = large(ROOM_MIB * 3 / 4).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return operations.hasNext() || !isToEnd();
      }

      private boolean isToEnd() {
        try {
          mayEnd.await();
          return true;
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }

      @Override
      public Operation next() {
        return operations.next();
      }
    };
  }
}
