package net.harbour.gateway;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import net.harbour.gateway.Connector.Connection;

/** Keeps the idle connections of one upstream. */
public final class ConnectionPool {
    private final Connector connector;
    private final String upstream;
    private final Deque<Connection> idle = new ArrayDeque<>();

    public ConnectionPool(Connector connector, String upstream) {
        this.connector = connector;
        this.upstream = upstream;
    }

    public synchronized Connection borrow() throws IOException {
        Connection connection = idle.pollFirst();
        return connection != null ? connection : connector.open(upstream);
    }

    public synchronized void giveBack(Connection connection) {
        idle.addFirst(connection);
    }
}
