package dev.heddle.control;

import com.google.rpc.Code;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Lets only clients call whose certificate, which has been verified, has one of some names. */
final class ClientNames implements ServerInterceptor {
  private final Set<String> allowed;

  ClientNames(Collection<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Set<String> names = names(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (!Collections.disjoint(names, allowed)) {
      return next.startCall(call, headers);
    }
    StatusRuntimeException refusal =
        Refusals.of(
            Code.PERMISSION_DENIED,
            "CLIENT_NAME",
            "client certificate: names %s: none of them may call; use another or allow one by"
                    .formatted(Mistakes.shown(String.join(", ", names)))
                + " --tls-client-name");
    call.close(refusal.getStatus(), refusal.getTrailers());
    return new ServerCall.Listener<>() {};
  }

  private static Set<String> names(SSLSession session) {
    try {
      X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
      Set<String> names = new LinkedHashSet<>();
      new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .forEach(part -> names.add(String.valueOf(part.getValue())));
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(alternative -> names.add(String.valueOf(alternative.get(1))));
      }
      return names;
    } catch (SSLPeerUnverifiedException | CertificateParsingException | InvalidNameException e) {
      return Set.of();
    }
  }
}
