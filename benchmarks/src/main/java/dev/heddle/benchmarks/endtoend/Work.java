package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.traffic.Frames;
import dev.heddle.benchmarks.traffic.VxlanFrames;

/** What a router is to do with each packet, from the first of two ports to the second. */
public enum Work {
  /** Pod, route of the network, pod. */
  ROUTE(BenchNetwork.GENERATOR, BenchNetwork.SINK) {
    @Override
    byte[] frame(int route, int bytes) {
      return Frames.udp(BenchNetwork.toRoute(route), bytes);
    }

    @Override
    byte[] expected(byte[] sent) {
      return Frames.routed(sent, BenchNetwork.SINK_MAC, BenchNetwork.ROUTER_MAC);
    }
  },

  /** Pod, route to another node, tunnel. Frames have the size they have in the pod. */
  ENCAPSULATE(BenchNetwork.GENERATOR, BenchUnderlay.UPLINK) {
    @Override
    byte[] frame(int route, int bytes) {
      return ROUTE.frame(route, bytes);
    }

    @Override
    byte[] expected(byte[] sent) {
      byte[] inner = Frames.routed(sent, BenchUnderlay.NODE_ROUTER_MAC, BenchNetwork.ROUTER_MAC);
      return VxlanFrames.wrap(BenchUnderlay.TO_NODE, BenchNetwork.VNI, 0, inner);
    }

    @Override
    byte[] comparable(byte[] arrived) {
      return VxlanFrames.withoutSourcePort(arrived);
    }
  },

  /** Tunnel, route of the network, pod. Frames have the size they have in the pod. */
  DECAPSULATE(BenchUnderlay.UPLINK, BenchNetwork.SINK) {
    @Override
    byte[] frame(int route, int bytes) {
      byte[] inner = Frames.udp(BenchUnderlay.fromRoute(route), bytes);
      return VxlanFrames.wrap(
          BenchUnderlay.FROM_NODE, BenchNetwork.VNI, BenchUnderlay.SOURCE_PORT, inner);
    }

    @Override
    byte[] expected(byte[] sent) {
      return ROUTE.expected(VxlanFrames.unwrap(sent));
    }
  };

  private final String from;
  private final String to;

  Work(String from, String to) {
    this.from = from;
    this.to = to;
  }

  /** Where packets come from (0) and go to (1). */
  public String port(int number) {
    return number == 0 ? from : to;
  }

  /** Whether a tunnel is at one of the ports. */
  public boolean usesTunnel() {
    return this != ROUTE;
  }

  /** What the generator sends. */
  abstract byte[] frame(int route, int bytes);

  /** What the sink must get for it, as {@link #comparable} has it. */
  abstract byte[] expected(byte[] sent);

  /** An arrived frame without what a router may choose. */
  byte[] comparable(byte[] arrived) {
    return arrived;
  }
}
