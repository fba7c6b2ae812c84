package dev.heddle.api.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.SetService;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerSetsTest {
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final PeerSets peers = new PeerSets();

  /** Addresses end in 1: web in shop; 2: db in shop; 3: web in bank; 4: web, in no namespace. */
  @BeforeEach
  void fill() {
    peers.putNamespace("shop", Map.of("team", "a"));
    peers.putNamespace("bank", Map.of("team", "b"));
    peers.putEndpoint(pod("w1", "blue", "shop", "web", "172.19.0.1").build());
    peers.putEndpoint(pod("d2", "blue", "shop", "db", "172.19.0.2").build());
    peers.putEndpoint(pod("w3", "blue", "bank", "web", "172.19.0.3").build());
    peers.putEndpoint(pod("w4", "blue", "", "web", "172.19.0.4").build());
    // Equal addresses of another network.
    peers.putEndpoint(pod("r9", "red", "shop", "web", "172.19.0.1", "172.19.0.9").build());
  }

  private record Pod(Endpoint endpoint, Set<NamedPort> ports) {
    PeerEndpoint build() {
      return PeerEndpoint.of(endpoint, ports);
    }

    Pod with(NamedPort... named) {
      return new Pod(endpoint, Set.of(named));
    }
  }

  private static Pod pod(
      String name, String network, String namespace, String app, String... addresses) {
    Endpoint.Builder endpoint =
        Endpoint.newBuilder()
            .setName(name)
            .setNetwork(network)
            .setNamespace(namespace)
            .setInterface("net1")
            .putLabels("app", app);
    List.of(addresses).forEach(address -> endpoint.addAddresses(Addresses.parse(address)));
    return new Pod(endpoint.build(), Set.of());
  }

  private static PeerSet set(String policyNamespace, String selector, String namespaceSelector) {
    return PeerSet.ofNets(
        "blue", "s", PeerSelector.of(policyNamespace, selector, namespaceSelector));
  }

  private static Operation upsert(String... members) {
    IpSet.Builder set = IpSet.newBuilder().setNetwork("blue").setName("s");
    List.of(members).forEach(each -> set.addNets(Addresses.parsePrefix(each)));
    return Operations.upsert(set.build());
  }

  private static Operation change(List<String> added, List<String> removed) {
    IpSetChange.Builder change = IpSetChange.newBuilder().setNetwork("blue").setName("s");
    added.forEach(each -> change.addAddedNets(Addresses.parsePrefix(each)));
    removed.forEach(each -> change.addRemovedNets(Addresses.parsePrefix(each)));
    return Operations.change(change.build());
  }

  private static SetService service(String address, int protocol, int port) {
    return SetService.newBuilder()
        .setAddress(Addresses.parse(address))
        .setProtocol(protocol)
        .setPort(port)
        .build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // policy's namespace | selector | namespaceSelector | last bytes of the members
        "``     | app == 'web'  | ``                                  | 1 3 4",
        "`shop` | app == 'web'  | ``                                  | 1",
        "`shop` | all()         | ``                                  | 1 2",
        "`shop` | ``            | ``                                  | 1 2 3 4",
        "`shop` | ``            | team == 'b'                         | 3",
        "`shop` | app == 'web'  | all()                               | 1 3",
        "`shop` | app == 'web'  | global()                            | 4",
        "`shop` | ``            | global( )                           | 4",
        "``     | app == 'db'   | team == 'b'                         | ``",
        "``     | ``            | team != 'b'                         | 1 2",
        "``     | ``            | projectcalico.org/name == 'bank'    | 3",
        "``     | projectcalico.org/namespace == 'shop'         | `` | 1 2",
        "``     | projectcalico.org/network-namespace == 'shop' | `` | 1 2",
        "``     | !has(projectcalico.org/namespace)             | `` | 4",
        "``     | projectcalico.org/network == 'blue'           | `` | 1 2 3 4",
        "``     | projectcalico.org/network == 'red'            | `` | ``",
        "``     | projectcalico.org/network-interface == 'net1' | `` | 1 2 3 4",
      })
  void shouldHoldTheAddressesOfThePodsThatARuleNames(
      String policyNamespace, String selector, String namespaceSelector, String lastBytes) {
    peers.putSet(set(policyNamespace, selector, namespaceSelector));
    String[] members =
        lastBytes.isEmpty()
            ? new String[0]
            : List.of(lastBytes.split(" ")).stream()
                .map(last -> "172.19.0." + last)
                .toArray(String[]::new);
    assertThat(peers.takeChanges()).containsExactly(upsert(members));
  }

  @Test
  void shouldTellDifferencesOnly() {
    peers.putSet(set("", "app == 'web'", "team == 'a'"));
    assertThat(peers.takeChanges()).containsExactly(upsert("172.19.0.1"));
    assertThat(peers.takeChanges()).isEmpty();
    // Labels of a pod.
    peers.putEndpoint(pod("d2", "blue", "shop", "web", "172.19.0.2").build());
    assertThat(peers.takeChanges()).containsExactly(change(List.of("172.19.0.2"), List.of()));
    // Its addresses.
    peers.putEndpoint(pod("d2", "blue", "shop", "web", "172.19.0.5", "fd00::5").build());
    assertThat(peers.takeChanges())
        .containsExactly(change(List.of("172.19.0.5", "fd00::5"), List.of("172.19.0.2")));
    // Its network.
    peers.putEndpoint(pod("d2", "red", "shop", "web", "172.19.0.5").build());
    assertThat(peers.takeChanges())
        .containsExactly(change(List.of(), List.of("172.19.0.5", "fd00::5")));
    // Labels of namespaces.
    peers.putNamespace("shop", Map.of());
    peers.putNamespace("bank", Map.of("team", "a"));
    assertThat(peers.takeChanges())
        .containsExactly(change(List.of("172.19.0.3"), List.of("172.19.0.1")));
    peers.removeEndpoint("w3");
    peers.removeEndpoint("w3");
    assertThat(peers.takeChanges()).containsExactly(change(List.of(), List.of("172.19.0.3")));
    // What the set is about.
    peers.putSet(set("", "app == 'web'", ""));
    assertThat(peers.takeChanges())
        .containsExactly(change(List.of("172.19.0.1", "172.19.0.4"), List.of()));
  }

  @Test
  void shouldTellNothingOfWhatIsAsItWas() {
    peers.putSet(set("", "app == 'web'", ""));
    peers.takeChanges();
    peers.removeEndpoint("w1");
    peers.putEndpoint(pod("w1", "blue", "shop", "web", "172.19.0.1").build());
    peers.putEndpoint(pod("d2", "blue", "shop", "web", "172.19.0.2").build());
    peers.putEndpoint(pod("d2", "blue", "shop", "db", "172.19.0.2").build());
    peers.removeSet("blue", "s");
    peers.putSet(set("", "app == 'web'", ""));
    peers.putNamespace("new", Map.of("team", "a"));
    assertThat(peers.takeChanges()).isEmpty();
  }

  @Test
  void shouldKeepAnAddressAsLongAsAnyChosenPodHasIt() {
    peers.putEndpoint(pod("w1-moved", "blue", "shop", "web", "172.19.0.1").build());
    peers.putSet(set("", "app == 'web'", ""));
    peers.takeChanges();
    peers.removeEndpoint("w1");
    assertThat(peers.takeChanges()).isEmpty();
    peers.removeEndpoint("w1-moved");
    assertThat(peers.takeChanges()).containsExactly(change(List.of(), List.of("172.19.0.1")));
  }

  @Test
  void shouldKnowANamespaceByItsNameBeforeAndAfterItIsTold() {
    peers.putSet(set("", "", "projectcalico.org/name == 'late' && team != 'b'"));
    peers.putEndpoint(pod("l7", "blue", "late", "web", "172.19.0.7").build());
    assertThat(peers.takeChanges()).containsExactly(upsert("172.19.0.7"));
    peers.putNamespace("late", Map.of("team", "b"));
    assertThat(peers.takeChanges()).containsExactly(change(List.of(), List.of("172.19.0.7")));
    peers.removeNamespace("late");
    assertThat(peers.takeChanges()).containsExactly(change(List.of("172.19.0.7"), List.of()));
  }

  @Test
  void shouldResolveNamedPorts() {
    NamedPort http = new NamedPort("http", TCP, 8080);
    NamedPort http2 = new NamedPort("http", TCP, 8081);
    NamedPort quic = new NamedPort("http", UDP, 8080);
    NamedPort admin = new NamedPort("admin", TCP, 9000);
    peers.putSet(
        PeerSet.ofServices("blue", "s", PeerSelector.of("", "app == 'web'", ""), "http", TCP));
    peers.putEndpoint(
        pod("w1", "blue", "shop", "web", "172.19.0.1", "fd00::1").with(http, quic, admin).build());
    peers.putEndpoint(pod("d2", "blue", "shop", "db", "172.19.0.2").with(http).build());
    IpSet expected =
        IpSet.newBuilder()
            .setNetwork("blue")
            .setName("s")
            .setType(IpSet.Type.TYPE_SERVICES)
            .addServices(service("172.19.0.1", TCP, 8080))
            .addServices(service("fd00::1", TCP, 8080))
            .build();
    assertThat(peers.takeChanges()).containsExactly(Operations.upsert(expected));
    // A deployment's pods may have other ports of the same name for a while.
    peers.putEndpoint(
        pod("w1", "blue", "shop", "web", "172.19.0.1").with(http, http2, admin).build());
    IpSetChange change =
        IpSetChange.newBuilder()
            .setNetwork("blue")
            .setName("s")
            .addAddedServices(service("172.19.0.1", TCP, 8081))
            .addRemovedServices(service("fd00::1", TCP, 8080))
            .build();
    assertThat(peers.takeChanges()).containsExactly(Operations.change(change));
  }

  @Test
  void shouldTellSetsThatAreNoLongerWanted() {
    peers.putSet(set("", "", ""));
    peers.removeSet("blue", "s");
    peers.removeSet("blue", "never");
    assertThat(peers.takeChanges()).isEmpty();
    peers.putSet(set("", "app == 'db'", ""));
    assertThat(peers.takeChanges()).containsExactly(upsert("172.19.0.2"));
    peers.removeSet("blue", "s");
    // What happens to pods meanwhile is nothing to a set that goes.
    peers.removeEndpoint("d2");
    peers.putNamespace("shop", Map.of());
    assertThat(peers.takeChanges()).containsExactly(Operations.deleteIpSet("blue", "s"));
    assertThat(peers.takeChanges()).isEmpty();
    assertThat(peers.takeWhole()).isEmpty();
  }

  @Test
  void shouldTellTheWholeToWhoeverReplacesTheState() {
    peers.putSet(set("", "app == 'db'", ""));
    assertThat(peers.takeWhole())
        .extracting(Operations::upsert)
        .containsExactly(upsert("172.19.0.2"));
    assertThat(peers.takeChanges()).isEmpty();
    peers.removeEndpoint("d2");
    assertThat(peers.takeWhole()).extracting(Operations::upsert).containsExactly(upsert());
  }

  @Test
  void shouldRefuseASetThatChangesItsKind() {
    PeerSet services = PeerSet.ofServices("blue", "s", PeerSelector.of("", "", ""), "http", TCP);
    peers.putSet(set("", "", ""));
    peers.takeChanges();
    peers.removeSet("blue", "s");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> peers.putSet(services))
        .withMessage(
            "set 's' of network 'blue' has members of the other kind: give it another name");
    assertThat(peers.takeChanges()).containsExactly(Operations.deleteIpSet("blue", "s"));
    peers.putSet(services);
    assertThat(peers.takeChanges()).hasSize(1);
  }

  @Test
  void shouldRefuseWhatIsNoPeer() {
    assertThatThrownBy(() -> PeerSelector.of("", "app = 'web'", ""))
        .isInstanceOf(SelectorException.class)
        .hasMessageStartingWith("'app = 'web'' is no selector");
    assertThatThrownBy(() -> PeerSelector.of("", "", "team")).isInstanceOf(SelectorException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NamedPort("http", TCP, 65_536))
        .withMessage("port 'http' is 65536 of protocol 6: give 0 to 65535 and 0 to 255");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NamedPort("http", 256, 80))
        .withMessage("port 'http' is 80 of protocol 256: give 0 to 65535 and 0 to 255");
    Endpoint short3 =
        Endpoint.newBuilder().setName("w1").addAddresses(ByteString.fromHex("ac1300")).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerEndpoint.of(short3, Set.of()))
        .withMessage("endpoint 'w1' has the address 0xac1300: give 4 or 16 bytes");
  }
}
