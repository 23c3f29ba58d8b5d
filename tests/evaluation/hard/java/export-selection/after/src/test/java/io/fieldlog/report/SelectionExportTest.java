package io.fieldlog.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectionExportTest {
    private final ReportStore store = new ReportStore();
    private final SelectionExport export = new SelectionExport(store, new AccessPolicy());

    @Test
    void keepsTheOrderOfTheSelectionAndCountsWhatIsLeftOut() {
        store.save(new Report(1, "Pump \"A\"", "mia", "north", false, Instant.EPOCH));
        store.save(new Report(2, "=SUM(A1)", "mia", "north", false, Instant.EPOCH));
        Reader mia = new Reader("mia", Set.of("north"), Set.of("north"));

        String text = export.write(mia, List.of(2L, 1L, 2L, 9L));

        assertEquals("""
                id,title,author,team,changed\r
                2,"'=SUM(A1)","mia","north",1970-01-01\r
                1,"Pump ""A""\","mia","north",1970-01-01\r
                # 1 not included\r
                """, text);
    }
}
