package dev.heddle.control;

import dev.heddle.api.v1.IcmpMatch;
import dev.heddle.api.v1.PolicyRule.Action;
import dev.heddle.api.v1.PolicyRule.IpVersion;
import dev.heddle.model.Policy;
import dev.heddle.model.PolicyPeer;
import dev.heddle.model.PolicyRule;
import dev.heddle.model.PolicyRule.IcmpKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Policy rules between messages and the model. What can be checked of one alone is checked here.
 */
final class RuleReader {
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final Set<Integer> WITH_PORTS = Set.of(6, 17, 33, 132, 136);
  private static final int MAX_BYTE = 255;

  private RuleReader() {}

  /** Reads rules; some are missing where mistakes are noted. */
  static List<PolicyRule> read(
      List<dev.heddle.api.v1.PolicyRule> messages, String field, Field at) {
    if (messages.size() > Policy.MAX_RULES) {
      at.exhausted(
          field, messages.size() + " rules", "give at most " + Policy.MAX_RULES + " a direction");
      return List.of();
    }
    List<PolicyRule> rules = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      rules.add(read(messages.get(i), field + "[" + i + "].", at));
    }
    return rules;
  }

  private static PolicyRule read(dev.heddle.api.v1.PolicyRule message, String path, Field at) {
    checkByte(message.getProtocol(), path + "protocol", "an IP protocol number", at);
    checkByte(message.getNotProtocol(), path + "not_protocol", "an IP protocol number", at);
    checkIcmp(message, message.hasIcmp(), message.getIcmp(), path + "icmp", at);
    checkIcmp(message, message.hasNotIcmp(), message.getNotIcmp(), path + "not_icmp", at);
    boolean ports = message.hasProtocol() && WITH_PORTS.contains(message.getProtocol());
    return new PolicyRule(
        action(message, path, at),
        message.getNetwork(),
        version(message, path, at),
        message.hasProtocol() ? OptionalInt.of(message.getProtocol()) : OptionalInt.empty(),
        message.hasNotProtocol() ? OptionalInt.of(message.getNotProtocol()) : OptionalInt.empty(),
        message.hasIcmp() ? Optional.of(kind(message.getIcmp())) : Optional.empty(),
        message.hasNotIcmp() ? Optional.of(kind(message.getNotIcmp())) : Optional.empty(),
        PeerReader.read(message.getSource(), ports, path + "source.", at),
        PeerReader.read(message.getDestination(), ports, path + "destination.", at));
  }

  private static PolicyRule.Action action(
      dev.heddle.api.v1.PolicyRule message, String path, Field at) {
    return switch (message.getAction()) {
      case ACTION_ALLOW -> PolicyRule.Action.ALLOW;
      case ACTION_DENY -> PolicyRule.Action.DENY;
      case ACTION_PASS -> PolicyRule.Action.PASS;
      case ACTION_LOG -> PolicyRule.Action.LOG;
      case ACTION_UNSPECIFIED, UNRECOGNIZED -> {
        at.invalid(
            path + "action",
            text(message.getActionValue()),
            "not an action; give ACTION_ALLOW, ACTION_DENY, ACTION_PASS or ACTION_LOG");
        yield PolicyRule.Action.DENY;
      }
    };
  }

  /** An action as a client may have written it. */
  static String text(int action) {
    Action known = Action.forNumber(action);
    return known == null ? String.valueOf(action) : known.name();
  }

  private static Optional<Boolean> version(
      dev.heddle.api.v1.PolicyRule message, String path, Field at) {
    return switch (message.getIpVersion()) {
      case IP_VERSION_ANY -> Optional.empty();
      case IP_VERSION_4 -> Optional.of(false);
      case IP_VERSION_6 -> Optional.of(true);
      case UNRECOGNIZED -> {
        at.invalid(
            path + "ip_version",
            message.getIpVersionValue(),
            "not a version; give IP_VERSION_4 or IP_VERSION_6, or leave it out for both");
        yield Optional.empty();
      }
    };
  }

  private static void checkByte(int value, String field, String what, Field at) {
    if (Integer.compareUnsigned(value, MAX_BYTE) > 0) {
      at.invalid(field, Integer.toUnsignedString(value), "not " + what + "; give 0 to 255");
    }
  }

  private static void checkIcmp(
      dev.heddle.api.v1.PolicyRule message,
      boolean given,
      IcmpMatch match,
      String field,
      Field at) {
    if (!given) {
      return;
    }
    boolean icmp =
        message.hasProtocol() && (message.getProtocol() == ICMP || message.getProtocol() == ICMPV6);
    if (!icmp) {
      at.invalid(
          field, match.getType(), "only ICMP has types; give protocol 1 (ICMP) or 58 (ICMPv6) too");
    }
    checkByte(match.getType(), field + ".type", "an ICMP type", at);
    checkByte(match.getCode(), field + ".code", "an ICMP code", at);
  }

  private static IcmpKind kind(IcmpMatch match) {
    return new IcmpKind(
        match.getType(), match.hasCode() ? OptionalInt.of(match.getCode()) : OptionalInt.empty());
  }

  static dev.heddle.api.v1.PolicyRule toMessage(PolicyRule rule) {
    dev.heddle.api.v1.PolicyRule.Builder message =
        dev.heddle.api.v1.PolicyRule.newBuilder()
            .setAction(toMessage(rule.action()))
            .setNetwork(rule.network());
    rule.ipv6()
        .ifPresent(
            ipv6 -> message.setIpVersion(ipv6 ? IpVersion.IP_VERSION_6 : IpVersion.IP_VERSION_4));
    rule.protocol().ifPresent(message::setProtocol);
    rule.notProtocol().ifPresent(message::setNotProtocol);
    rule.icmp().ifPresent(icmp -> message.setIcmp(toMessage(icmp)));
    rule.notIcmp().ifPresent(icmp -> message.setNotIcmp(toMessage(icmp)));
    if (!rule.source().equals(PolicyPeer.ANY)) {
      message.setSource(PeerReader.toMessage(rule.source()));
    }
    if (!rule.destination().equals(PolicyPeer.ANY)) {
      message.setDestination(PeerReader.toMessage(rule.destination()));
    }
    return message.build();
  }

  static Action toMessage(PolicyRule.Action action) {
    return switch (action) {
      case ALLOW -> Action.ACTION_ALLOW;
      case DENY -> Action.ACTION_DENY;
      case PASS -> Action.ACTION_PASS;
      case LOG -> Action.ACTION_LOG;
    };
  }

  private static IcmpMatch toMessage(IcmpKind kind) {
    IcmpMatch.Builder message = IcmpMatch.newBuilder().setType(kind.type());
    kind.code().ifPresent(message::setCode);
    return message.build();
  }
}
