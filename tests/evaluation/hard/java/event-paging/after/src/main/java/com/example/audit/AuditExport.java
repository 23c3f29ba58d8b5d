package com.example.audit;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;

/** Writes the audit log to a file, one event a line, and continues where it stopped. */
public final class AuditExport {
    private final AuditReader reader;
    private final Path target;
    private final Path checkpoint;

    public AuditExport(AuditReader reader, Path target, Path checkpoint) {
        this.reader = reader;
        this.target = target;
        this.checkpoint = checkpoint;
    }

    public void run() throws SQLException, IOException {
        Position position = start();
        AuditReader.Page page;
        do {
            page = reader.page(position);
            append(page);
            position = page.next();
            // After the events: a crash between the two repeats a page, which readers of the file expect.
            save(position);
        } while (!page.last());
    }

    private Position start() throws IOException {
        return Files.exists(checkpoint) ? Position.parse(Files.readString(checkpoint).strip()) : Position.START;
    }

    private void append(AuditReader.Page page) throws IOException {
        try (Writer out = Files.newBufferedWriter(
                target, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (Event event : page.events()) {
                out.write(event.at() + "\t" + event.id() + "\t" + event.actor() + "\t" + event.action() + "\n");
            }
        }
    }

    private void save(Position position) throws IOException {
        Path draft = checkpoint.resolveSibling(checkpoint.getFileName() + ".new");
        Files.writeString(draft, position.toString());
        Files.move(draft, checkpoint, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
