package dev.heddle.daemon;

import dev.heddle.control.PortException;
import dev.heddle.ffi.linux.Link;
import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.ffi.linux.Rtnetlink;
import dev.heddle.ffi.linux.Tun;
import dev.heddle.model.KernelAttachment;
import dev.heddle.model.KernelDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A tap in a pod's network namespace that stands for an endpoint. Its alias says for which, so that
 * the next run of the daemon knows it again.
 *
 * <p>An open queue of a tap keeps its network namespace from ending. That the pod is gone shows
 * only in the namespace's file, which ends with it, see {@link #isPresent}.
 *
 * <p>Threading: one thread at a time.
 */
final class PodDevice {
  private static final String ALIAS_PREFIX = "heddle:";
  private static final String KIND = "tun";
  private static final Path OWN_NAMESPACE = Path.of("/proc/thread-self/ns/net");

  private final Tun tun;
  private final Object namespace;
  private final int linkIndex;
  private final boolean isAdopted;
  private KernelDevice settings;

  private PodDevice(
      Tun tun, Object namespace, int linkIndex, boolean isAdopted, KernelDevice settings) {
    this.tun = tun;
    this.namespace = namespace;
    this.linkIndex = linkIndex;
    this.isAdopted = isAdopted;
    this.settings = settings;
  }

  /**
   * Makes a device, or takes over the one that an earlier run made for the same endpoint.
   *
   * @throws PortException if that is not possible; nothing of it stays
   */
  static PodDevice open(KernelDevice wanted) {
    Path file = Path.of(wanted.attachment().netns());
    try {
      return NetworkNamespace.call(file, () -> openInside(wanted));
    } catch (LinuxException e) {
      throw new PortException(
          "kernel.netns",
          file.toString(),
          "cannot be entered; give the file of a network namespace that there is ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static PodDevice openInside(KernelDevice wanted) {
    KernelAttachment attachment = wanted.attachment();
    String alias = ALIAS_PREFIX + wanted.endpoint();
    try (Rtnetlink netlink = Rtnetlink.open()) {
      Optional<Link> existing = netlink.link(attachment.name());
      boolean isAdopted = existing.isPresent();
      if (isAdopted && !isOurs(existing.get(), alias)) {
        throw taken(attachment, existing.get());
      }
      Tun tun = isAdopted ? adopt(attachment) : Tun.create(attachment.name(), attachment.queues());
      try {
        int linkIndex = netlink.link(attachment.name()).orElseThrow().index();
        netlink.setAlias(linkIndex, alias);
        PodSettings.apply(netlink, wanted);
        tun.keep(true);
        return new PodDevice(tun, currentNamespace(), linkIndex, isAdopted, wanted);
      } catch (RuntimeException e) {
        tun.close();
        throw e;
      }
    } catch (LinuxException e) {
      throw new PortException(
          "kernel.name", attachment.name(), "the kernel refuses it: " + e.getMessage(), e);
    }
  }

  private static boolean isOurs(Link link, String alias) {
    return link.kind().equals(KIND) && link.alias().equals(alias);
  }

  private static PortException taken(KernelAttachment attachment, Link link) {
    String owner =
        link.alias().startsWith(ALIAS_PREFIX)
            ? "endpoint " + link.alias().substring(ALIAS_PREFIX.length())
            : "another interface";
    return new PortException(
        "kernel.name",
        attachment.name(),
        "taken in " + attachment.netns() + " by " + owner + "; delete that or give another name",
        null);
  }

  private static Tun adopt(KernelAttachment attachment) {
    try {
      return Tun.adopt(attachment.name(), attachment.queues());
    } catch (LinuxException e) {
      throw new PortException(
          "kernel.name",
          attachment.name(),
          "an earlier run's interface in "
              + attachment.netns()
              + " cannot be taken over; delete it, unless another daemon has it ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** What is open of it. */
  Tun tun() {
    return tun;
  }

  KernelDevice settings() {
    return settings;
  }

  /** Whether an earlier run made it. */
  boolean isAdopted() {
    return isAdopted;
  }

  /**
   * Makes it what it shall be. Does nothing where the pod is gone.
   *
   * @throws PortException if that is not possible; it stays as it was
   */
  void change(KernelDevice wanted) {
    inside(netlink -> {
      try {
        PodSettings.apply(netlink, wanted);
      } catch (PortException e) {
        PodSettings.apply(netlink, settings);
        throw e;
      }
    });
    settings = wanted;
  }

  /** Runs code where the device is, or not at all where the pod is gone. */
  private void inside(Consumer<Rtnetlink> code) {
    try {
      NetworkNamespace.call(
          file(),
          () -> {
            if (currentNamespace().equals(namespace)) {
              try (Rtnetlink netlink = Rtnetlink.open()) {
                boolean isThere =
                    netlink
                        .link(settings.attachment().name())
                        .filter(link -> link.index() == linkIndex)
                        .isPresent();
                if (isThere) {
                  code.accept(netlink);
                }
              }
            }
            return null;
          });
    } catch (LinuxException _) {
      // The namespace cannot be entered any more.
    }
  }

  /** Whether the pod is still there: its file leads to the namespace that it led to. */
  boolean isPresent() {
    try {
      return keyOf(file()).equals(namespace);
    } catch (IOException _) {
      return false;
    }
  }

  private Path file() {
    return Path.of(settings.attachment().netns());
  }

  private static Object currentNamespace() {
    try {
      return keyOf(OWN_NAMESPACE);
    } catch (IOException e) {
      throw new PortException(
          "kernel.netns", OWN_NAMESPACE.toString(), "cannot be told from others; mount /proc", e);
    }
  }

  /** What tells namespaces apart: device and inode of any of their files. */
  private static Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Lets go of the device, which stays for the next run. */
  void release() {
    tun.close();
  }

  /** Removes the device, if it is still there. */
  void remove() {
    try {
      tun.keep(false);
    } catch (LinuxException _) {
      // The pod removed it.
    } finally {
      tun.close();
    }
  }
}
