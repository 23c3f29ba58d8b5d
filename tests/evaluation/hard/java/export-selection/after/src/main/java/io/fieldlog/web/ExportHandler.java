package io.fieldlog.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.fieldlog.report.Reader;
import io.fieldlog.report.ReportService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** POST /reports/export with ids in the body, separated by commas. */
public final class ExportHandler implements HttpHandler {
    private static final int MOST_BYTES = 16_384;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final ReportService reports;
    private final Function<HttpExchange, Reader> session;

    /** `session` gives the reader of a request, null for a request without a session. */
    public ExportHandler(ReportService reports, Function<HttpExchange, Reader> session) {
        this.reports = reports;
        this.session = session;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reader reader = session.apply(exchange);
            if (reader == null) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            // Not GET, although nothing changes: 500 ids are too long for an address.
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            answer(exchange, reader);
        }
    }

    private void answer(HttpExchange exchange, Reader reader) throws IOException {
        String document;
        try {
            document = reports.export(reader, ids(exchange));
        } catch (IllegalArgumentException error) {
            // NumberFormatException is one as well.
            send(exchange, 400, "text/plain; charset=utf-8", error.getMessage().getBytes(StandardCharsets.UTF_8));
            return;
        }
        String name = "reports-" + LocalDate.now(ZoneOffset.UTC) + ".csv";
        exchange.getResponseHeaders().set("Content-Disposition", "attachment; filename=\"" + name + "\"");
        send(exchange, 200, "text/csv; charset=utf-8", withMark(document));
    }

    private static List<Long> ids(HttpExchange exchange) throws IOException {
        // One byte more than allowed, to notice a body that is too long.
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new IllegalArgumentException("the list of ids is too long");
        }
        List<Long> ids = new ArrayList<>();
        for (String id : new String(body, StandardCharsets.US_ASCII).split(",")) {
            if (!id.isBlank()) {
                ids.add(Long.parseLong(id.strip()));
            }
        }
        return ids;
    }

    /** Spreadsheets take a CSV document for Latin-1 unless it begins with a byte order mark. */
    private static byte[] withMark(String document) {
        byte[] text = document.getBytes(StandardCharsets.UTF_8);
        byte[] marked = new byte[BYTE_ORDER_MARK.length + text.length];
        System.arraycopy(BYTE_ORDER_MARK, 0, marked, 0, BYTE_ORDER_MARK.length);
        System.arraycopy(text, 0, marked, BYTE_ORDER_MARK.length, text.length);
        return marked;
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
