package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Memif;
import dev.heddle.model.Endpoint;
import dev.heddle.model.EndpointAttachment;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.KernelAttachment;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import java.util.ArrayList;
import java.util.List;

/** Endpoints between messages and the model. What can be checked of one alone is checked here. */
final class EndpointReader {
  private EndpointReader() {}

  /** Reads an endpoint; null, with the mistakes noted, if it is not valid. */
  static Endpoint read(dev.heddle.api.v1.Endpoint message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    Names.check(message.getName(), at);
    List<IpAddress> addresses = addresses(message.getAddressesList(), at);
    List<IpPrefix> sources = sources(message, at);
    EndpointAttachment attachment = attachment(message, mistakes, at);
    WorkloadReader.check(message, at);
    long mac = mac(message, at);
    int mtuBytes = message.getMtu();
    if (mtuBytes != 0 && (mtuBytes < Network.MIN_MTU_BYTES || mtuBytes > Network.MAX_MTU_BYTES)) {
      at.invalid(
          "mtu",
          Integer.toUnsignedString(mtuBytes),
          "out of range; give "
              + Network.MIN_MTU_BYTES
              + " to the network's, or leave it out for the network's");
    }
    if (mistakes.count() > before) {
      return null;
    }
    return new Endpoint(
        message.getName(),
        message.getNetwork(),
        addresses,
        mac,
        mtuBytes,
        sources,
        attachment,
        WorkloadReader.read(message));
  }

  private static EndpointAttachment attachment(
      dev.heddle.api.v1.Endpoint message, Mistakes mistakes, Field at) {
    return switch (message.getAttachmentCase()) {
      case MEMIF -> MemifReader.read(message.getMemif(), mistakes, at);
      case KERNEL -> KernelReader.read(message.getKernel(), mistakes, at);
      case ATTACHMENT_NOT_SET -> {
        at.invalid("attachment", "(absent)", "how is the pod connected? Give memif or kernel");
        yield null;
      }
    };
  }

  private static List<IpAddress> addresses(List<ByteString> messages, Field at) {
    if (messages.isEmpty() || messages.size() > Endpoint.MAX_ADDRESSES) {
      at.invalid(
          "addresses",
          messages.size() + " of them",
          "give 1 to " + Endpoint.MAX_ADDRESSES + " addresses");
      return List.of();
    }
    List<IpAddress> addresses = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      String field = "addresses[" + i + "]";
      IpAddress address = AddressReader.address(messages.get(i), at, field);
      if (address != null && addresses.contains(address)) {
        at.invalid(field, AddressReader.text(address), "given twice; give it once");
      }
      addresses.add(address);
    }
    return addresses;
  }

  private static List<IpPrefix> sources(dev.heddle.api.v1.Endpoint message, Field at) {
    List<IpPrefix> sources = new ArrayList<>();
    if (message.getAllowedSourcePrefixesCount() > Endpoint.MAX_ALLOWED_SOURCES) {
      at.invalid(
          "allowed_source_prefixes",
          message.getAllowedSourcePrefixesCount() + " of them",
          "give at most " + Endpoint.MAX_ALLOWED_SOURCES);
      return sources;
    }
    for (int i = 0; i < message.getAllowedSourcePrefixesCount(); i++) {
      sources.add(
          AddressReader.prefix(
              message.getAllowedSourcePrefixes(i), at, "allowed_source_prefixes[" + i + "]"));
    }
    return sources;
  }

  private static long mac(dev.heddle.api.v1.Endpoint message, Field at) {
    ByteString bytes = message.getMac();
    boolean ipMode = message.getMemif().getMode() == Memif.Mode.MODE_IP;
    if (ipMode) {
      if (!bytes.isEmpty()) {
        at.invalid("mac", Addresses.formatMac(bytes), "there is none in IP mode; leave it out");
      }
      return 0;
    }
    return MacReader.read(bytes, at, "mac");
  }

  static dev.heddle.api.v1.Endpoint toMessage(Endpoint endpoint) {
    dev.heddle.api.v1.Endpoint.Builder message =
        dev.heddle.api.v1.Endpoint.newBuilder()
            .setName(endpoint.name())
            .setNetwork(endpoint.network())
            .setMtu(endpoint.mtuBytes());
    switch (endpoint.attachment()) {
      case MemifAttachment memif -> message.setMemif(MemifReader.toMessage(memif));
      case KernelAttachment kernel -> message.setKernel(KernelReader.toMessage(kernel));
    }
    WorkloadReader.write(endpoint.workload(), message);
    endpoint.addresses().forEach(a -> message.addAddresses(AddressReader.toBytes(a)));
    endpoint
        .allowedSources()
        .forEach(p -> message.addAllowedSourcePrefixes(AddressReader.toMessage(p)));
    if (!endpoint.attachment().ipMode()) {
      message.setMac(MacReader.toBytes(endpoint.mac()));
    }
    return message.build();
  }
}
