/**
 * memif's control channel (protocol 2.0): from a configured interface to a {@link
 * dev.heddle.port.memif.MemifLink} that workers may poll, and back.
 *
 * <p>A connection is a Unix socket of type SOCK_SEQPACKET. The server ("master") speaks first:
 *
 * <pre>
 *   server                              client
 *     HELLO       ------------------&gt;     maxima: regions, rings, ring size
 *     ACK         &lt;----------------&gt;   INIT        id, mode, secret
 *     ACK         &lt;----------------&gt;   ADD_REGION  + memfd,   once per region
 *     ACK         &lt;----------------&gt;   ADD_RING    + eventfd, once per ring
 *     CONNECTED   &lt;----------------&gt;   CONNECT
 * </pre>
 *
 * <p>One thread, the {@link dev.heddle.port.memif.channel.MemifConductor}'s, does all of it. What a
 * peer sends is hostile until it was checked: see {@link
 * dev.heddle.port.memif.channel.LinkRefusal}.
 */
package dev.heddle.port.memif.channel;
