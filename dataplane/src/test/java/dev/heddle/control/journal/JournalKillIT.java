package dev.heddle.control.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.heddle.hostile.Await;
import dev.heddle.observe.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose process is killed at any moment, most of them while it begins anew. */
class JournalKillIT {
  private static final int KILLS = 25;
  private static final int MOST_TRANSACTIONS = 400;

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("journal");
  }

  /** Lets it append some transactions, kills it, and returns the last one that it told of. */
  private long killAfter(int transactions) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process writer =
        JavaProcess.builder(JournalWriter.class, file().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      Await.until("transactions", () -> lines(output).size() > transactions);
    } finally {
      writer.destroyForcibly().waitFor();
    }
    return Long.parseLong(lines(output).getLast());
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldHaveWhatWasAppendedWheneverItIsKilled() throws Exception {
    Random random = new Random(7);
    int whileBeginning = 0;
    int begun = 0;
    long last = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long told = killAfter(random.nextInt(MOST_TRANSACTIONS));
      whileBeginning += Files.exists(directory.resolve("journal.shorter")) ? 1 : 0;
      try (Journal journal = JournalWriter.open(file())) {
        JournalEntry first = journal.next();
        last = first.revision();
        if (first.replacement()) {
          begun++;
          assertThat(first.chunks())
              .isEqualTo(ImmutableList.copyOf(JournalWriter.state(first.revision())));
        } else {
          assertThat(last).isEqualTo(1);
        }
        for (JournalEntry entry = journal.next(); entry != null; entry = journal.next()) {
          assertThat(entry.revision()).isEqualTo(++last);
          assertThat(entry.chunks()).containsExactly(JournalWriter.chunk(last));
        }
      }
      // The one under way may have been written and not told.
      assertThat(last).isBetween(told, told + 1);
    }
    assertThat(begun).isPositive();
    assertThat(whileBeginning).isPositive();
  }
}
