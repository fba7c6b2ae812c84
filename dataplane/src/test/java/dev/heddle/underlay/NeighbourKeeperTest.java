package dev.heddle.underlay;

import static dev.heddle.underlay.NeighbourKeeper.REACHABLE_NS;
import static dev.heddle.underlay.NeighbourKeeper.RETRANSMIT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.CountedEvent;
import dev.heddle.observe.NeighbourEvent;
import dev.heddle.table.Neighbours;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The states of neighbours, by a clock that the test moves. */
class NeighbourKeeperTest {
  private static final int UPLINK = 3;
  private static final long MAC = 0x0a0b_0c0d_0e02L;
  private static final long OTHER_MAC = 0x1a1b_1c1d_1e02L;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final NeighbourAddress NODE = NeighbourAddress.v4(UPLINK, 0xc000_0202);
  private static final NeighbourAddress NODE6 =
      NeighbourAddress.v6(UPLINK, 0x2001_0db8_0000_0000L, 2);

  private final Arena arena = Arena.ofConfined();
  private final Neighbours table = new Neighbours(arena);
  private final Recorder output = new Recorder();
  private final Map<CountedEvent, Integer> events = new HashMap<>();

  /** Any clock will do, even one that is about to overflow. */
  private long nowNs = Long.MAX_VALUE - 5 * SECOND_NS;

  private final NeighbourKeeper keeper =
      new NeighbourKeeper(
          table,
          output,
          (interfaceIndex, event) -> {
            assertThat(interfaceIndex).isEqualTo(UPLINK);
            events.merge(event, 1, Integer::sum);
          },
          new SplittableRandom(1),
          nowNs);

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldAskEverybodyAtOnceWhenNeighbourIsWanted() {
    want(NODE, NODE6);
    turn();
    assertThat(output.said).containsExactlyInAnyOrder(ask(NODE, 0), ask(NODE6, 0));
    assertThat(status(0).state()).isEqualTo(NeighbourState.INCOMPLETE);
    assertThat(table.mac(0)).isZero();
  }

  @Test
  void shouldReleaseWhatWaitsWhenNeighbourAnswers() {
    want(NODE);
    turn();
    output.said.clear();
    answer(MAC);
    turn();
    assertThat(output.said).containsExactly("release");
    assertThat(table.mac(0)).isEqualTo(MAC);
    assertThat(status(0).state()).isEqualTo(NeighbourState.REACHABLE);
    assertThat(status(0).mac()).isEqualTo(MAC);
    assertThat(events).isEqualTo(Map.of(NeighbourEvent.RESOLVED, 1));
  }

  @Test
  void shouldAskLessAndLessWhenNobodyAnswers() {
    want(NODE);
    List<Long> times = new ArrayList<>();
    long endNs = nowNs + 300 * SECOND_NS;
    long startNs = nowNs;
    while (nowNs - endNs < 0) {
      int before = output.said.size();
      long next = keeper.turn(nowNs);
      for (int i = before; i < output.said.size(); i++) {
        times.add((nowNs - startNs) / SECOND_NS);
      }
      nowNs = next;
    }
    assertThat(times.subList(0, 3)).containsExactly(0L, 1L, 2L);
    List<Long> gaps =
        IntStream.range(1, times.size()).mapToObj(i -> times.get(i) - times.get(i - 1)).toList();
    assertThat(gaps).allMatch(gap -> gap <= 40);
    assertThat(gaps.getLast()).isGreaterThanOrEqualTo(32);
    assertThat(times).hasSizeBetween(12, 18);
    assertThat(output.said).containsOnly(ask(NODE, 0));
  }

  @Test
  void shouldAskSoonAgainWhenPacketWaitsForNeighbourThatWasSilent() {
    want(NODE);
    run(120);
    output.said.clear();
    keeper.needed(0, nowNs);
    turn();
    keeper.needed(0, nowNs);
    turn();
    assertThat(output.said).as("one a second, not more").hasSizeLessThanOrEqualTo(1);
    run(1);
    assertThat(output.said).isNotEmpty();
  }

  @Test
  void shouldAskOnlyOnceASecondWhenPacketsKeepWaiting() {
    want(NODE);
    for (int i = 0; i < 10_000; i++) {
      keeper.needed(0, nowNs);
      turn();
      nowNs += SECOND_NS / 1000;
    }
    assertThat(output.said).hasSizeBetween(9, 10).containsOnly(ask(NODE, 0));
  }

  @Test
  void shouldProbeByUnicastWhenTimeIsOver() {
    resolve();
    long beginNs = nowNs;
    nowNs = keeper.turn(nowNs);
    assertThat(nowNs - beginNs).isBetween(REACHABLE_NS / 2, REACHABLE_NS / 2 * 3);
    assertThat(output.said).isEmpty();
    turn();
    assertThat(output.said).containsExactly(ask(NODE, MAC));
    assertThat(status(0).state()).isEqualTo(NeighbourState.PROBE);
    assertThat(table.mac(0)).as("still in use").isEqualTo(MAC);
    answer(MAC);
    assertThat(status(0).state()).isEqualTo(NeighbourState.REACHABLE);
    run(5);
    assertThat(output.said).hasSize(1);
    assertThat(events).isEqualTo(Map.of(NeighbourEvent.RESOLVED, 1));
  }

  @Test
  void shouldForgetMacWhenThreeProbesStayUnanswered() {
    resolve();
    nowNs = keeper.turn(nowNs);
    for (int i = 0; i < NeighbourKeeper.PROBES; i++) {
      turn();
      assertThat(table.mac(0)).isEqualTo(MAC);
      nowNs += RETRANSMIT_NS;
    }
    turn();
    assertThat(table.mac(0)).isZero();
    assertThat(status(0).state()).isEqualTo(NeighbourState.INCOMPLETE);
    assertThat(output.said)
        .containsExactly(ask(NODE, MAC), ask(NODE, MAC), ask(NODE, MAC), ask(NODE, 0));
    assertThat(events).isEqualTo(Map.of(NeighbourEvent.RESOLVED, 1, NeighbourEvent.LOST, 1));
    answer(OTHER_MAC);
    assertThat(table.mac(0)).isEqualTo(OTHER_MAC);
    assertThat(output.said).endsWith("release");
  }

  @Test
  void shouldUseNewMacAndVerifyItWhenNeighbourAnnouncesOne() {
    resolve();
    nowNs += 5 * SECOND_NS;
    keeper.heard(NODE, OTHER_MAC, false, true, nowNs);
    assertThat(table.mac(0)).isEqualTo(OTHER_MAC);
    turn();
    assertThat(output.said).containsExactly(ask(NODE, OTHER_MAC));
    answer(OTHER_MAC);
    assertThat(status(0).state()).isEqualTo(NeighbourState.REACHABLE);
    assertThat(events).isEqualTo(Map.of(NeighbourEvent.RESOLVED, 1, NeighbourEvent.MOVED, 1));
  }

  @Test
  void shouldFindTheOwnerAgainWhenAnnouncementWasForged() {
    resolve();
    nowNs += 5 * SECOND_NS;
    keeper.heard(NODE, OTHER_MAC, false, true, nowNs);
    run(3);
    turn();
    assertThat(output.said).endsWith(ask(NODE, 0));
    answer(MAC);
    assertThat(table.mac(0)).isEqualTo(MAC);
    assertThat(status(0).state()).isEqualTo(NeighbourState.REACHABLE);
  }

  @Test
  void shouldAskOnlyOnceASecondWhenAnnouncementsContradictEachOther() {
    resolve();
    for (int i = 0; i < 10_000; i++) {
      keeper.heard(NODE, i % 2 == 0 ? OTHER_MAC : MAC, i % 3 == 0, true, nowNs);
      turn();
      nowNs += SECOND_NS / 1000;
    }
    assertThat(output.said).hasSizeLessThanOrEqualTo(11);
  }

  @Test
  void shouldKeepMacAndAskWhenAdvertisementDoesNotOverride() {
    resolve();
    nowNs += 5 * SECOND_NS;
    keeper.heard(NODE, OTHER_MAC, true, false, nowNs);
    assertThat(table.mac(0)).isEqualTo(MAC);
    turn();
    assertThat(output.said).containsExactly(ask(NODE, MAC));
  }

  @Test
  void shouldNotBelieveAnswerWhenNobodyAsked() {
    resolve();
    nowNs += 5 * SECOND_NS;
    keeper.heard(NODE, OTHER_MAC, true, true, nowNs);
    assertThat(status(0).state()).isEqualTo(NeighbourState.PROBE);
  }

  @Test
  void shouldConfirmWhenAnswerNamesNoMac() {
    resolve();
    nowNs = keeper.turn(nowNs);
    turn();
    keeper.heard(NODE, 0, true, false, nowNs);
    assertThat(status(0).state()).isEqualTo(NeighbourState.REACHABLE);
    assertThat(table.mac(0)).isEqualTo(MAC);
  }

  @Test
  void shouldIgnoreAnswerWithoutMacWhenNoneIsKnown() {
    want(NODE);
    turn();
    keeper.heard(NODE, 0, true, true, nowNs);
    assertThat(status(0).state()).isEqualTo(NeighbourState.INCOMPLETE);
    assertThat(table.mac(0)).isZero();
  }

  @Test
  void shouldLearnNothingWhenStrangersSpeak() {
    resolve();
    for (int i = 0; i < 100_000; i++) {
      keeper.heard(NeighbourAddress.v4(UPLINK, i), OTHER_MAC, i % 2 == 0, true, nowNs);
      keeper.heard(NeighbourAddress.v4(UPLINK + 1, 0xc000_0202), OTHER_MAC, true, true, nowNs);
    }
    turn();
    assertThat(keeper.list(nowNs)).hasSize(1);
    assertThat(table.mac(0)).isEqualTo(MAC);
    assertThat(output.said).isEmpty();
  }

  @Test
  void shouldKeepWhatIsKnownWhenOthersAreWantedToo() {
    resolve();
    want(NODE, NODE6);
    turn();
    assertThat(output.said).containsExactly(ask(NODE6, 0));
    assertThat(table.mac(0)).isEqualTo(MAC);
  }

  @Test
  void shouldForgetNeighbourWhenNobodyWantsIt() {
    resolve();
    want();
    assertThat(table.mac(0)).isZero();
    assertThat(output.said).containsExactly("drop 0");
    keeper.heard(NODE, MAC, true, true, nowNs);
    run(60);
    assertThat(table.mac(0)).isZero();
    assertThat(output.said).hasSize(1);
    assertThat(keeper.list(nowNs)).isEmpty();
  }

  @Test
  void shouldStartAnewWhenNeighbourGetsAnotherIndex() {
    resolve();
    keeper.want(List.of(new Wanted(7, NODE)), nowNs);
    assertThat(table.mac(0)).isZero();
    assertThat(table.mac(7)).isZero();
    turn();
    assertThat(output.said).containsExactly("drop 0", ask(NODE, 0));
    answer(MAC);
    assertThat(table.mac(7)).isEqualTo(MAC);
  }

  @Test
  void shouldAskAtOnceWhenLinkComesUp() {
    resolve();
    want(NODE, NODE6);
    run(10);
    output.said.clear();
    keeper.linkUp(UPLINK + 1, nowNs);
    turn();
    assertThat(output.said).isEmpty();
    keeper.linkUp(UPLINK, nowNs);
    turn();
    assertThat(output.said).containsExactlyInAnyOrder(ask(NODE, MAC), ask(NODE6, 0));
    assertThat(table.mac(0)).isEqualTo(MAC);
  }

  @Test
  void shouldSpreadRequestsWhenThousandsAreWanted() {
    keeper.want(
        IntStream.range(0, 4_096)
            .mapToObj(i -> new Wanted(i, NeighbourAddress.v4(UPLINK, i + 1)))
            .toList(),
        nowNs);
    long startNs = nowNs;
    int[] asked = new int[4_096];
    while (nowNs - startNs < 60 * SECOND_NS) {
      int before = output.said.size();
      long next = keeper.turn(nowNs);
      for (String said : output.said.subList(before, output.said.size())) {
        int target = Integer.parseInt(said.split(" ")[1]) - 1;
        asked[target]++;
      }
      long elapsedNs = nowNs - startNs;
      long allowed = RequestRate.BURST + RequestRate.PER_SECOND * elapsedNs / SECOND_NS;
      assertThat((long) output.said.size()).isLessThanOrEqualTo(allowed);
      assertThat(next - nowNs).isPositive();
      nowNs = next;
    }
    assertThat(asked).as("nobody is forgotten").doesNotContain(0, 1, 2);
  }

  private void want(NeighbourAddress... addresses) {
    keeper.want(
        IntStream.range(0, addresses.length).mapToObj(i -> new Wanted(i, addresses[i])).toList(),
        nowNs);
  }

  private void resolve() {
    want(NODE);
    turn();
    answer(MAC);
    output.said.clear();
  }

  private void answer(long mac) {
    keeper.heard(NODE, mac, true, true, nowNs);
  }

  private void turn() {
    keeper.turn(nowNs);
  }

  private void run(int seconds) {
    long endNs = nowNs + seconds * SECOND_NS;
    while (nowNs - endNs < 0) {
      long next = keeper.turn(nowNs);
      nowNs = next - endNs < 0 ? next : endNs;
    }
    turn();
  }

  private NeighbourStatus status(int index) {
    return keeper.list(nowNs).get(index);
  }

  private static String ask(NeighbourAddress address, long mac) {
    return "ask " + address.low() + (address.ipv6() ? " v6 " : " v4 ") + mac;
  }

  private static final class Recorder implements NeighbourOutput {
    final List<String> said = new ArrayList<>();

    @Override
    public void ask(NeighbourAddress address, long mac) {
      said.add(NeighbourKeeperTest.ask(address, mac));
    }

    @Override
    public void release() {
      said.add("release");
    }

    @Override
    public void drop(int index) {
      said.add("drop " + index);
    }

    @Override
    public void expire() {
      throw new AssertionError("not the keeper's business");
    }
  }
}
