<?php

declare(strict_types=1);

namespace Club\Import;

/** members:import FILE. Exits with 1 if a row was not imported, so that the nightly job reports it. */
final class ImportCommand
{
    public function __construct(private readonly RowImporter $importer)
    {
    }

    public function run(string $file): int
    {
        $input = fopen($file, 'rb');
        if ($input === false) {
            return 66;
        }
        $head = fgetcsv($input, null, ';');
        $imported = $failed = 0;
        for ($line = 2; ($cells = fgetcsv($input, null, ';')) !== false; $line++) {
            if ($cells === [null]) {
                continue;
            }
            try {
                $this->importer->import(array_combine($head, array_pad($cells, count($head), '')));
                $imported++;
            } catch (RowError $error) {
                fwrite(STDERR, "line {$line}: {$error->getMessage()}\n");
                $failed++;
            }
        }
        fclose($input);
        echo "{$imported} imported, {$failed} failed\n";

        return $failed === 0 ? 0 : 1;
    }
}
