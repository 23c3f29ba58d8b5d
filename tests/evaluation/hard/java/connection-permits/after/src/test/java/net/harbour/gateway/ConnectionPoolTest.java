package net.harbour.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionPoolTest {
    private final ConnectionPool pool =
            new ConnectionPool(upstream -> new FakeConnection(), "billing", 2, Duration.ofMillis(20));

    private static final class FakeConnection implements Connector.Connection {
        private boolean healthy = true;
        private boolean closed;

        @Override
        public boolean healthy() {
            return healthy;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void lendsTheConnectionThatWasUsedLast() throws Exception {
        ConnectionPool.Lease first = pool.borrow();
        ConnectionPool.Lease second = pool.borrow();
        first.close();
        second.close();

        assertSame(second.connection(), pool.borrow().connection());
    }

    @Test
    void refusesMoreThanTheLimit() throws Exception {
        pool.borrow();
        ConnectionPool.Lease second = pool.borrow();

        assertThrows(ConnectionPool.Exhausted.class, pool::borrow);
        assertEquals(new ConnectionPool.Figures(2, 0, 1), pool.figures());
        second.close();
        assertSame(second.connection(), pool.borrow().connection());
    }

    @Test
    void aLeaseGivesItsPermitBackOnce() throws Exception {
        ConnectionPool.Lease lease = pool.borrow();
        lease.close();
        lease.close();

        assertEquals(new ConnectionPool.Figures(0, 1, 0), pool.figures());
    }

    @Test
    void closesConnectionsThatAreNotHealthy() throws Exception {
        FakeConnection broken;
        try (ConnectionPool.Lease lease = pool.borrow()) {
            broken = (FakeConnection) lease.connection();
            broken.healthy = false;
        }

        assertNotSame(broken, pool.borrow().connection());
        assertTrue(broken.closed);
    }
}
