package dev.heddle.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that serves the connections of one door, and lets in only those that may come: before
 * anything is read from them.
 */
final class Doorkeeper extends MultiThreadIoEventLoopGroup {
  private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);

  /** Who may come through a door. */
  interface Guests {
    /**
     * Names the client of a connection, so that its connections can be counted.
     *
     * @throws SecurityException with the reason if it may not come
     */
    String admit(Channel connection);
  }

  private final Guests guests;
  private final Map<String, Integer> connections = new HashMap<>();
  private int total;

  Doorkeeper(Guests guests) {
    super(1, NioIoHandler.newFactory());
    this.guests = guests;
  }

  @Override
  public ChannelFuture register(Channel connection) {
    try {
      String client = guests.admit(connection);
      count(client);
      connection.closeFuture().addListener(_ -> forget(client));
    } catch (SecurityException e) {
      LOG.atInfo().addKeyValue("reason", e.getMessage()).log("a connection to the API was refused");
      connection.unsafe().closeForcibly();
      return new DefaultChannelPromise(connection, ImmediateEventExecutor.INSTANCE).setSuccess();
    }
    return super.register(connection);
  }

  private synchronized void count(String client) {
    if (total >= ApiLimits.CONNECTIONS) {
      throw new SecurityException(
          client + ": there are " + total + " connections already, which is the most there may be");
    }
    int own = connections.getOrDefault(client, 0);
    if (own >= ApiLimits.CONNECTIONS_PER_CLIENT) {
      throw new SecurityException(
          client + " has " + own + " connections already, which is the most it may have");
    }
    connections.put(client, own + 1);
    total++;
  }

  private synchronized void forget(String client) {
    connections.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    total--;
  }
}
