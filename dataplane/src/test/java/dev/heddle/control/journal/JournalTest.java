package dev.heddle.control.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final List<JournalEntry> ENTRIES =
      List.of(
          new JournalEntry(1, false, List.of(chunk("a"), chunk("b"))),
          new JournalEntry(2, false, List.of()),
          new JournalEntry(3, true, List.of(chunk("c"))),
          new JournalEntry(4, false, List.of(chunk("d"))));

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("journal");
  }

  private static Transaction chunk(String name) {
    return Transaction.newBuilder().addOperations(Operations.deleteNode(name)).build();
  }

  private static List<JournalEntry> readAll(Journal journal) {
    List<JournalEntry> entries = new ArrayList<>();
    for (JournalEntry entry = journal.next(); entry != null; entry = journal.next()) {
      entries.add(entry);
    }
    return entries;
  }

  private List<JournalEntry> readAll() {
    try (Journal journal = Journal.open(file())) {
      return readAll(journal);
    }
  }

  /** Writes all entries; returns where each ends. */
  private List<Integer> write() throws IOException {
    List<Integer> ends = new ArrayList<>();
    try (Journal journal = Journal.open(file())) {
      assertThat(readAll(journal)).isEmpty();
      ends.add((int) Files.size(file()));
      for (JournalEntry entry : ENTRIES) {
        journal.append(entry);
        ends.add((int) Files.size(file()));
      }
    }
    return ends;
  }

  @Test
  void shouldReadWhatWasWrittenAndGoOnBehindIt() throws IOException {
    write();
    JournalEntry further = new JournalEntry(5, false, List.of(chunk("e")));
    try (Journal journal = Journal.open(file())) {
      assertThat(readAll(journal)).isEqualTo(ENTRIES);
      journal.append(further);
    }
    List<JournalEntry> all = new ArrayList<>(ENTRIES);
    all.add(further);
    assertThat(readAll()).isEqualTo(all);
  }

  /** It holds what memif interfaces are protected with. */
  @Test
  void shouldBeItsOwnersAlone() throws IOException {
    write();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldRemoveWhatWasNotWrittenToItsEnd() throws IOException {
    List<Integer> ends = write();
    byte[] whole = Files.readAllBytes(file());
    for (int length = ends.getFirst(); length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      int cut = length;
      int complete = (int) ends.stream().filter(end -> end <= cut).count() - 1;
      assertThat(readAll()).as("%d bytes", cut).isEqualTo(ENTRIES.subList(0, complete));
      assertThat(Files.size(file())).isEqualTo((long) ends.get(complete));
    }
  }

  @Test
  void shouldRefuseWhatIsNotWhatItWrote() throws IOException {
    List<Integer> ends = write();
    byte[] whole = Files.readAllBytes(file());
    for (int at = ends.getFirst(); at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;
      Files.write(file(), damaged);
      assertThatThrownBy(this::readAll)
          .as("byte %d", at)
          .isInstanceOf(JournalException.class)
          .hasMessageStartingWith(file() + " is damaged at byte ")
          .hasMessageEndingWith("; move it away to begin with nothing");
      assertThat(Files.size(file())).isEqualTo(whole.length);
    }
  }

  @Test
  void shouldRefuseOtherFilesAndOtherVersions() throws IOException {
    write();
    byte[] whole = Files.readAllBytes(file());
    byte[] newer = whole.clone();
    newer[11] = 2;
    Files.write(file(), newer);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("is a journal of version 2, and this daemon reads version 1");
    Files.writeString(file(), "something else, and long enough");
    assertThatThrownBy(this::readAll)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("is no journal");
  }

  private static void fail(JournalException e) {
    throw new AssertionError(e);
  }

  @Test
  void shouldBeginAgainWithTheStateWhenItHasBecomeLong() {
    Transaction state = chunk("state");
    JournalEntry small = new JournalEntry(7, false, List.of(chunk("x")));
    try (Journal journal = Journal.open(file())) {
      assertThat(readAll(journal)).isEmpty();
      int appended = 0;
      while (!journal.isLong()) {
        journal.append(small);
        appended++;
      }
      assertThat(appended).isEqualTo(2_000);
      journal.beginWith(9, List.of(state).iterator(), JournalTest::fail);
      awaitNewBeginning(9);
      assertThat(journal.isLong()).isFalse();
      journal.append(small);
    }
    assertThat(readAll()).containsExactly(new JournalEntry(9, true, List.of(state)), small);
    assertThat(directory.toFile().list()).containsExactly("journal");
  }

  /** A daemon killed now would begin with this. */
  private List<JournalEntry> readCopy() {
    Path copy = directory.resolve("copy");
    try {
      Files.copy(file(), copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    try (Journal journal = Journal.open(copy)) {
      return readAll(journal);
    }
  }

  private void awaitNewBeginning(long revision) {
    JournalEntry first = readCopy().getFirst();
    while (!first.replacement() || first.revision() != revision) {
      Thread.onSpinWait();
      first = readCopy().getFirst();
    }
    assertThat(directory.resolve("copy").toFile().delete()).isTrue();
  }

  /** The state comes from a source that waits until all that follows it has been appended. */
  @Test
  void shouldTakeTransactionsWhileTheStateIsBeingWritten() {
    CountDownLatch isAppended = new CountDownLatch(1);
    List<Transaction> state = List.of(chunk("state"), chunk("more"));
    Iterator<Transaction> slow =
        state.stream()
            .peek(chunk -> {
              try {
                isAppended.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            })
            .iterator();
    List<JournalEntry> following = new ArrayList<>();
    try (Journal journal = Journal.open(file(), 1)) {
      assertThat(readAll(journal)).isEmpty();
      ENTRIES.forEach(journal::append);
      journal.beginWith(4, slow, JournalTest::fail);
      for (int i = 5; i < 3_000; i++) {
        JournalEntry entry = new JournalEntry(i, false, List.of(chunk("name" + i)));
        journal.append(entry);
        following.add(entry);
      }
      assertThat(journal.isLong()).as("while the state is being written").isFalse();
      List<JournalEntry> all = new ArrayList<>(ENTRIES);
      all.addAll(following);
      assertThat(readCopy()).isEqualTo(all);
      isAppended.countDown();
      awaitNewBeginning(4);
      assertThat(journal.isLong()).isTrue();
    }
    following.addFirst(new JournalEntry(4, true, state));
    assertThat(readAll()).isEqualTo(following);
    assertThat(directory.toFile().list()).containsExactly("journal");
  }

  @Test
  void shouldGrowOnWhenTheStateCannotBeWritten() throws Exception {
    Files.createDirectories(directory.resolve("journal.shorter.new").resolve("in the way"));
    CompletableFuture<JournalException> failure = new CompletableFuture<>();
    JournalEntry further = new JournalEntry(5, false, List.of(chunk("e")));
    try (Journal journal = Journal.open(file(), 4)) {
      assertThat(readAll(journal)).isEmpty();
      ENTRIES.forEach(journal::append);
      assertThat(journal.isLong()).isTrue();
      journal.beginWith(4, List.of(chunk("state")).iterator(), failure::complete);
      assertThat(failure.get()).hasMessageStartingWith(file() + " cannot be written anew: ");
      assertThat(journal.isLong()).as("before it has grown as much again").isFalse();
      journal.append(further);
    }
    List<JournalEntry> all = new ArrayList<>(ENTRIES);
    all.add(further);
    assertThat(readAll()).isEqualTo(all);
  }

  /** What a run that was killed over it has left. */
  @Test
  void shouldRemoveAStateThatWasNotWrittenToItsEnd() throws IOException {
    write();
    Files.writeString(directory.resolve("journal.shorter"), "half of it");
    assertThat(readAll()).isEqualTo(ENTRIES);
    assertThat(directory.toFile().list()).containsExactly("journal");
  }
}
