package dev.heddle.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Certificates for tests, made by openssl as an operator would. */
final class Certificates {
  private final Path directory;

  Certificates(Path directory) {
    this.directory = directory;
  }

  Path certificate(String name) {
    return directory.resolve(name + ".pem");
  }

  Path key(String name) {
    return directory.resolve(name + ".key");
  }

  /** Makes an authority. */
  void authority(String name) {
    openssl(request(name), "-addext", "basicConstraints=critical,CA:TRUE");
  }

  /** Makes a certificate that an authority has signed. */
  void signed(String name, String authority) {
    openssl(
        request(name),
        "-addext",
        "subjectAltName=DNS:" + name,
        "-CA",
        certificate(authority).toString(),
        "-CAkey",
        key(authority).toString());
  }

  private String[] request(String name) {
    return new String[] {
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-noenc",
      "-days",
      "2",
      "-subj",
      "/CN=" + name,
      "-keyout",
      key(name).toString(),
      "-out",
      certificate(name).toString()
    };
  }

  private void openssl(String[] request, String... more) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(Arrays.asList(request));
    command.addAll(Arrays.asList(more));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
