package dev.heddle.demo;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Vtep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tells a node's daemon about networks, pods, routes and the other node: one transaction. */
final class Setup {
  static final int LOG2_RING_SIZE = 11;

  private Setup() {}

  static List<Operation> operations(
      Node node,
      List<Pod> pods,
      OwnInterfaces interfaces,
      Underlay underlay,
      Path socketDirectory,
      Seam seam) {
    List<Operation> operations = new ArrayList<>();
    operations.add(Operations.upsert(underlay.uplink(node)));
    operations.add(Operations.upsert(peer(Topology.other(node))));
    for (Network network : Topology.NETWORKS) {
      operations.add(Operations.upsert(network(network, seam.vniOf(node, network))));
      for (Network.Route route : network.routes()) {
        if (!node.equals(route.owner())) {
          operations.add(Operations.upsertRoute(network.name(), route.prefix(), route.nextHop()));
        }
      }
    }
    for (Pod pod : pods) {
      String network = seam.networkOf(pod);
      if (pod.node().equals(node)) {
        operations.add(
            Operations.upsert(
                pod.kind() == Pod.Kind.INTERFACE
                    ? endpoint(pod, network, interfaces.of(pod.name()).namespace())
                    : endpoint(pod, network, socketDirectory)));
      } else {
        var toNode = Operations.toNode(pod.node().name());
        operations.add(Operations.upsertRoute(network, pod.address4() + "/32", toNode));
        operations.add(Operations.upsertRoute(network, pod.address6() + "/128", toNode));
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

  private static dev.heddle.api.v1.Node peer(Node node) {
    return dev.heddle.api.v1.Node.newBuilder()
        .setName(node.name())
        .addVteps(Vtep.newBuilder().setAddress(address(node.vtep())))
        .build();
  }

  static dev.heddle.api.v1.Network network(Network network, int vni) {
    return dev.heddle.api.v1.Network.newBuilder()
        .setName(network.name())
        .setVni(vni)
        .setRange4(Addresses.parsePrefix(network.range4()))
        .setRange6(Addresses.parsePrefix(network.range6()))
        .build();
  }

  static Endpoint endpoint(Pod pod, String network, Path socketDirectory) {
    return endpoint(pod, network)
        .setMemif(
            Memif.newBuilder()
                .setRole(Memif.Role.ROLE_SERVER)
                .setSocket(socket(socketDirectory, pod).toString())
                .setLog2RingSize(LOG2_RING_SIZE))
        .build();
  }

  private static Endpoint endpoint(Pod pod, String network, Namespace namespace) {
    return endpoint(pod, network)
        .setKernel(
            KernelInterface.newBuilder().setNetns(namespace.file()).setName(OwnInterfaces.DEVICE))
        .build();
  }

  private static Endpoint.Builder endpoint(Pod pod, String network) {
    return Endpoint.newBuilder()
        .setName(pod.name())
        .setNetwork(network)
        .addAddresses(address(pod.address4()))
        .addAddresses(address(pod.address6()))
        .setMac(Addresses.parseMac(pod.mac()));
  }

  private static ByteString address(String text) {
    return Addresses.parse(text);
  }
}
