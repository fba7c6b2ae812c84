package dev.heddle.control;

import static dev.heddle.api.Operations.upsert;
import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Operation;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each refusal's words where an endpoint has a kernel interface, and that it changes nothing. */
class KernelRefusalTest extends RefusalFixture {
  private static final KernelInterface ETH1 =
      KernelInterface.newBuilder().setNetns("/run/netns/none-such").setName("eth1").build();

  private Operation kernel(UnaryOperator<KernelInterface.Builder> change) {
    return blueC(e -> e.setKernel(change.apply(ETH1.toBuilder())));
  }

  @Test
  void shouldRefuseWhenTheNamespaceMakesNoSense() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.netns (empty): give the path of its file, such as"
            + " /run/netns/blue",
        kernel(k -> k.clearNetns()));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.netns blue: give the path of its file, such as /run/netns/blue",
        kernel(k -> k.setNetns("blue")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.netns /run/?: give the path of its file, such as /run/netns/blue",
        kernel(k -> k.setNetns("/run/\0")));
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-c: kernel.netns /run/netns/none-such: cannot be entered; give the file of a"
            + " network namespace that there is (open /run/netns/none-such: No such file or"
            + " directory (ENOENT))",
        kernel(k -> k));
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-c: kernel.netns /dev/null: cannot be entered; give the file of a network"
            + " namespace that there is (enter network namespace /dev/null: Invalid argument"
            + " (EINVAL))",
        kernel(k -> k.setNetns("/dev/null")));
  }

  @Test
  void shouldRefuseWhenTheNameIsNoInterfaces() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.name sixteen-letters-: too long for the kernel; give 1 to 15"
            + " characters",
        kernel(k -> k.setName("sixteen-letters-")));
    for (String name : new String[] {".", "..", "all", "default", "a/b", "a:b", "a%d", "a b"}) {
      refused(
          INVALID_ARGUMENT,
          "endpoint blue-c: kernel.name "
              + name
              + ": no interface's name; give 1 to 15 visible characters without / : %, such as"
              + " eth1",
          kernel(k -> k.setName(name)));
    }
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.name (empty): no interface's name; give 1 to 15 visible"
            + " characters without / : %, such as eth1",
        kernel(k -> k.clearName()));
  }

  @Test
  void shouldRefuseWhenQueuesOrMacAreMissingOrOutOfRange() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.queues 9: out of range; give 1 to 8, or leave it out for 1",
        kernel(k -> k.setQueues(9)));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.queues 4294967295: out of range; give 1 to 8, or leave it out for"
            + " 1",
        kernel(k -> k.setQueues(-1)));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: mac (empty): no unicast Ethernet address; give 6 bytes such as"
            + " 02:00:00:00:00:01",
        blueC(e -> e.clearMac().setKernel(ETH1)));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: attachment (absent): how is the pod connected? Give memif or kernel",
        blueC(e -> e.clearMemif()));
  }

  @Test
  void shouldRefuseRoutesWhenTheyMakeNoSense() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.routes[0] 10.0.0.1/8: bits beyond the length are set; did you"
            + " mean 10.0.0.0/8?",
        kernel(k -> k.addRoutes(Addresses.parsePrefix("10.0.0.1/8"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.routes[1] 0.0.0.0/0: given twice; give it once",
        kernel(k ->
            k.addRoutes(Addresses.parsePrefix("0.0.0.0/0"))
                .addRoutes(Addresses.parsePrefix("0.0.0.0/0"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.routes[0] ::/0: there is no gateway for it, since the endpoint has"
            + " no address of that family; leave it out",
        kernel(k -> k.addRoutes(Addresses.parsePrefix("::/0"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: kernel.routes 65 of them: give at most 64",
        kernel(k -> {
          for (int i = 0; i < 65; i++) {
            k.addRoutes(Addresses.parsePrefix("10." + i + ".0.0/16"));
          }
          return k;
        }));
  }

  @Test
  void shouldRefuseWhenTwoEndpointsOfATransactionNameTheSameInterface() {
    refused(
        ALREADY_EXISTS,
        "endpoint blue-d: kernel.name eth1: taken in /run/netns/none-such by endpoint blue-c; give"
            + " another",
        kernel(k -> k),
        upsert(
            daemon.endpoint("blue-d", "blue", "172.19.0.13").toBuilder().setKernel(ETH1).build()));
  }

  @Test
  void shouldRefuseToTurnAMemifIntoAKernelInterface() {
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-a: kernel eth1 in /run/netns/none-such: the attachment of"
            + " an endpoint cannot change; delete it, then create it anew",
        upsert(
            daemon.endpoint("blue-a", "blue", "172.19.0.10").toBuilder().setKernel(ETH1).build()));
  }
}
