package net.harbour.gateway;

import java.io.IOException;

/** Opens connections; the socket details are behind it. */
public interface Connector {

    /** A connection to an upstream service. */
    interface Connection extends AutoCloseable {
        boolean healthy();

        @Override
        void close();
    }

    Connection open(String upstream) throws IOException;
}
