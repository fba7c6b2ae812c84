package dev.heddle.daemon;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;

/** The page of docs/reference that tells what a configuration file may say. */
public final class ConfigurationPage {
  /** Every key, with values that go together. */
  static final String EXAMPLE =
      """
      # Who may use the API, and where it is served.
      socket: /run/heddle/heddle.sock
      api-user: [cluster-agent]
      api-group: [heddle]
      listen: 192.0.2.1:9428
      tls-certificate: /etc/heddle/daemon.pem
      tls-key: /etc/heddle/daemon.key
      tls-client-ca: /etc/heddle/clients.pem
      tls-client-name: [cluster-agent.example]

      # What outlives the daemon.
      counters: /run/heddle/counters
      journal: /var/lib/heddle/journal

      # Who carries the packets: two workers, each with a core of its own that it keeps busy.
      workers: 2
      cores: 0-1
      idle: spin

      # The most there may be.
      table-memory-mib: 2048
      max-endpoints: 4096

      # How DPDK is started for the first uplink that needs it.
      dpdk-arguments: --lcores=0 -m 1024

      # What others see.
      metrics: 127.0.0.1:9427
      log-level: info
      """;

  private ConfigurationPage() {}

  /**
   * The page.
   *
   * @param origin says where it comes from
   */
  public static String write(String origin) {
    StringBuilder page = new StringBuilder("# Configuration\n\n");
    page.append(origin);
    page.append(
        """

        `heddled --config FILE` reads a YAML file of keys with values. The keys are the options of
        `heddled` without their dashes; what the command line says goes before the file, and what
        neither says has a default that works. A list may be a single value. `heddle config check FILE`
        tells each mistake with its line and what to do about it, as a start does; a daemon never starts with
        a file that it understands in part. Uplinks, networks and endpoints are not configuration: the
        [API](api.md) and `heddle` create them, and the journal keeps them.

        SIGHUP makes the daemon read `log-level` again; every other key needs a new start.

        | Key | Value | Default | Meaning |
        |---|---|---|---|
        """);
    for (Map.Entry<String, OptionSpec> key :
        ConfigFile.keys(HeddleDaemon.commandLine().getCommandSpec()).entrySet()) {
      addRow(page, key.getKey(), key.getValue());
    }
    page.append("\nA file with every key:\n\n```yaml\n").append(EXAMPLE).append("```\n");
    return page.toString();
  }

  private static void addRow(StringBuilder page, String key, OptionSpec option) {
    String text = String.join(" ", option.description());
    int at = text.indexOf(" Default: ");
    String meaning = at < 0 ? text : text.substring(0, at);
    String standard = at < 0 ? "" : text.substring(at + " Default: ".length());
    if (option.type().isEnum()) {
      standard = standard.toLowerCase(Locale.ROOT);
    }
    page.append("| `")
        .append(key)
        .append("` | ")
        .append(kind(option))
        .append(" | ")
        .append(standard.replaceAll("\\.$", ""))
        .append(" | ")
        .append(meaning.replace(" May be given several times.", ""))
        .append(" |\n");
  }

  private static String kind(OptionSpec option) {
    Class<?> type = option.isMultiValue() ? String.class : option.type();
    String kind;
    if (type.isEnum()) {
      kind =
          Arrays.stream(type.getEnumConstants())
              .map(each -> each.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    } else {
      kind = option.paramLabel().toLowerCase(Locale.ROOT).replace("mib", "number of MiB");
    }
    return option.isMultiValue() ? "list of " + kind : kind;
  }
}
