package net.harbour.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import net.harbour.gateway.Connector.Connection;

/** Keeps the idle connections of one upstream and limits those in use. */
public final class ConnectionPool {

    /** No connection became free in time. */
    public static final class Exhausted extends IOException {
        private static final long serialVersionUID = 1L;

        Exhausted(String upstream) {
            super("no free connection to " + upstream);
        }
    }

    /** Figures for the metrics page. */
    public record Figures(int inUse, int idle, long refused) {
    }

    private final Connector connector;
    private final String upstream;
    private final int limit;
    private final Duration acquireTimeout;
    private final Semaphore permits;
    private final LongAdder refused = new LongAdder();
    private final Deque<Connection> idle = new ArrayDeque<>();

    public ConnectionPool(Connector connector, String upstream, int limit, Duration acquireTimeout) {
        this.connector = connector;
        this.upstream = upstream;
        this.limit = limit;
        this.acquireTimeout = acquireTimeout;
        // Fair, because with a slow upstream late callers would otherwise pass those that wait.
        this.permits = new Semaphore(limit, true);
    }

    /** A connection for the caller alone, until the lease is closed. */
    public final class Lease implements AutoCloseable {
        private final Connection connection;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Lease(Connection connection) {
            this.connection = connection;
        }

        public Connection connection() {
            return connection;
        }

        /** Gives the connection back. A second call has no effect: a permit must not be released twice. */
        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                giveBack(connection);
            }
        }
    }

    /** Waits for a connection. Raises `Exhausted` if none is free within the acquire timeout. */
    public Lease borrow() throws IOException, InterruptedException {
        if (!permits.tryAcquire(acquireTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
            refused.increment();
            throw new Exhausted(upstream);
        }
        try {
            return new Lease(connection());
        } catch (IOException | RuntimeException error) {
            permits.release();
            throw error;
        }
    }

    private Connection connection() throws IOException {
        Connection kept = healthyIdle();
        // Outside the lock: to open a connection may take seconds.
        return kept != null ? kept : connector.open(upstream);
    }

    /** The idle connection that was used last, as the others are more likely to be closed by the upstream. */
    private synchronized Connection healthyIdle() {
        for (Connection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            if (next.healthy()) {
                return next;
            }
            next.close();
        }
        return null;
    }

    private void giveBack(Connection connection) {
        try {
            synchronized (this) {
                idle.addFirst(connection);
            }
        } finally {
            // After the connection is in the deque: the next caller finds it there.
            permits.release();
        }
    }

    public synchronized Figures figures() {
        return new Figures(limit - permits.availablePermits(), idle.size(), refused.sum());
    }
}
