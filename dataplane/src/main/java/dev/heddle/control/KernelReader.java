package dev.heddle.control;

import dev.heddle.api.v1.KernelInterface;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.KernelAttachment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Kernel interfaces between messages and the model. */
final class KernelReader {
  /**
   * What the kernel takes for something else: directories, settings of all interfaces, templates of
   * names, and labels of addresses.
   */
  private static final Set<String> NO_NAMES = Set.of(".", "..", "all", "default");

  private static final String NOT_IN_NAMES = "/:%";

  private KernelReader() {}

  /** Reads an attachment; null, with the mistakes noted, if it is not valid. */
  static KernelAttachment read(KernelInterface message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    String netns = message.getNetns();
    if (!netns.startsWith("/") || netns.indexOf('\0') >= 0) {
      at.invalid("kernel.netns", netns, "give the path of its file, such as /run/netns/blue");
    }
    checkName(message.getName(), at);
    int queues = message.getQueues() == 0 ? 1 : message.getQueues();
    if (queues < 1 || queues > KernelAttachment.MAX_QUEUES) {
      at.invalid(
          "kernel.queues",
          Integer.toUnsignedString(queues),
          "out of range; give 1 to " + KernelAttachment.MAX_QUEUES + ", or leave it out for 1");
    }
    List<IpPrefix> routes = routes(message, at);
    return mistakes.count() > before
        ? null
        : new KernelAttachment(netns, message.getName(), queues, routes);
  }

  private static void checkName(String name, Field at) {
    if (name.length() > KernelAttachment.MAX_NAME_BYTES) {
      at.invalid(
          "kernel.name",
          name,
          "too long for the kernel; give 1 to " + KernelAttachment.MAX_NAME_BYTES + " characters");
    } else if (name.isEmpty()
        || NO_NAMES.contains(name)
        || !name.chars().allMatch(c -> c > ' ' && c < 127 && NOT_IN_NAMES.indexOf(c) < 0)) {
      at.invalid(
          "kernel.name",
          name,
          "no interface's name; give 1 to "
              + KernelAttachment.MAX_NAME_BYTES
              + " visible characters without / : %, such as eth1");
    }
  }

  private static List<IpPrefix> routes(KernelInterface message, Field at) {
    List<IpPrefix> routes = new ArrayList<>();
    if (message.getRoutesCount() > KernelAttachment.MAX_ROUTES) {
      at.invalid(
          "kernel.routes",
          message.getRoutesCount() + " of them",
          "give at most " + KernelAttachment.MAX_ROUTES);
      return routes;
    }
    for (int i = 0; i < message.getRoutesCount(); i++) {
      String field = "kernel.routes[" + i + "]";
      IpPrefix route = AddressReader.prefix(message.getRoutes(i), at, field);
      if (route != null && routes.contains(route)) {
        at.invalid(field, AddressReader.text(route), "given twice; give it once");
      }
      routes.add(route);
    }
    return routes;
  }

  static KernelInterface toMessage(KernelAttachment kernel) {
    return KernelInterface.newBuilder()
        .setNetns(kernel.netns())
        .setName(kernel.name())
        .setQueues(kernel.queues())
        .addAllRoutes(kernel.routes().stream().map(AddressReader::toMessage).toList())
        .build();
  }
}
