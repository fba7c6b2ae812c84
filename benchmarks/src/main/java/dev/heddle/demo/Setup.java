package dev.heddle.demo;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tells the daemon about networks, pods and routes: one transaction of its API. */
final class Setup {
  private static final int LOG2_RING_SIZE = 11;

  private Setup() {}

  static List<Operation> operations(
      List<Network> networks, List<Pod> pods, Path socketDirectory, Seam seam) {
    List<Operation> operations = new ArrayList<>();
    for (Network network : networks) {
      operations.add(
          Operations.upsert(
              dev.heddle.api.v1.Network.newBuilder()
                  .setName(network.name())
                  .setVni(network.vni())
                  .setRange4(Addresses.parsePrefix(network.range4()))
                  .setRange6(Addresses.parsePrefix(network.range6()))
                  .build()));
    }
    for (Pod pod : pods) {
      operations.add(Operations.upsert(endpoint(pod, seam.networkOf(pod), socketDirectory)));
    }
    for (Network network : networks) {
      for (Network.Route route : network.routes()) {
        operations.add(
            Operations.upsertRoute(
                network.name(),
                route.prefix(),
                route.gateway() == null
                    ? Operations.drop()
                    : Operations.toGateway(route.gateway())));
      }
    }
    return operations;
  }

  /** The socket that the pod's testpmd port connects to. */
  static Path socket(Path directory, Pod pod) {
    return directory.resolve(pod.name() + ".memif");
  }

  /** The device that connects to it. */
  static String device(Path directory, Pod pod, int number) {
    return "net_memif%d,role=client,id=0,rsize=%d,socket=%s,socket-abstract=no"
        .formatted(number, LOG2_RING_SIZE, socket(directory, pod));
  }

  private static Endpoint endpoint(Pod pod, String network, Path socketDirectory) {
    return Endpoint.newBuilder()
        .setName(pod.name())
        .setNetwork(network)
        .addAddresses(address(pod.address4()))
        .addAddresses(address(pod.address6()))
        .setMac(Addresses.parseMac(pod.mac()))
        .setMemif(
            Memif.newBuilder()
                .setRole(Memif.Role.ROLE_SERVER)
                .setSocket(socket(socketDirectory, pod).toString())
                .setLog2RingSize(LOG2_RING_SIZE))
        .build();
  }

  private static ByteString address(String text) {
    return Addresses.parse(text);
  }
}
