package dev.heddle.daemon;

import dev.heddle.control.ApiDoors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that tell who may use the API, and from where. */
final class ApiOptions {
  @Option(
      names = "--api-user",
      paramLabel = "USER",
      description =
          "Name or number of a user that may use the API's socket besides root and the daemon's own."
              + " May be given several times.")
  private List<String> users = new ArrayList<>();

  @Option(
      names = "--api-group",
      paramLabel = "GROUP",
      description =
          "Name or number of a group whose processes may use the API's socket. May be given several"
              + " times.")
  private List<String> groups = new ArrayList<>();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description =
          "Serves the API to other machines, too, by mutual TLS; the three files below are needed."
              + " Default: only on the socket.")
  private String listen;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "The daemon's certificate and those above it, PEM.")
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key, PKCS #8 in PEM.")
  private Path key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description = "The certificates that clients' must descend from, PEM.")
  private Path clientAuthorities;

  @Option(
      names = "--tls-client-name",
      paramLabel = "NAME",
      description =
          "A name that a client's certificate may have. May be given several times. Default: any.")
  private List<String> clientNames = new ArrayList<>();

  /**
   * What the options say.
   *
   * @throws StartException if they make no sense together
   */
  ApiDoors doors(Path socket) {
    return new ApiDoors(socket, users, groups, tcp());
  }

  private ApiDoors.Tcp tcp() {
    boolean anyTls =
        certificate != null || key != null || clientAuthorities != null || !clientNames.isEmpty();
    if (listen == null) {
      if (anyTls) {
        throw new StartException("--listen: absent, but there are --tls options; give it, too");
      }
      return null;
    }
    if (certificate == null || key == null || clientAuthorities == null) {
      throw new StartException(
          "--listen "
              + listen
              + ": the API is served to other machines by mutual TLS only; give --tls-certificate,"
              + " --tls-key and --tls-client-ca, too");
    }
    return new ApiDoors.Tcp(
        AddressOption.parse("--listen", listen), certificate, key, clientAuthorities, clientNames);
  }
}
