<?php

declare(strict_types=1);

namespace Shop\Voucher;

use RuntimeException;

/** Writes the index of a campaign. */
final class IndexWriter
{
    public const CODE = '/\A[0-9A-F]{10}\z/';

    /** The number of codes in the file, each as often as it occurs there. */
    public function write(Campaign $campaign): int
    {
        $codes = [];
        foreach ($this->lines($campaign->codesFile()) as $number => $line) {
            $code = strtoupper(trim($line));
            if ($code === '') {
                continue;
            }
            if (preg_match(self::CODE, $code) !== 1) {
                throw new RuntimeException("{$campaign->codesFile()}:{$number}: not a code");
            }
            // Not as a key: PHP turns keys of digits into integers.
            $codes[] = $code;
        }
        sort($codes);
        $this->store($campaign->indexFile(), $codes);

        return count($codes);
    }

    /** @return iterable<int, string> */
    private function lines(string $file): iterable
    {
        $input = fopen($file, 'rb');
        if ($input === false) {
            throw new RuntimeException("cannot read {$file}");
        }
        try {
            for ($number = 1; ($line = fgets($input)) !== false; $number++) {
                yield $number => $line;
            }
        } finally {
            fclose($input);
        }
    }

    /** @param list<string> $codes sorted */
    private function store(string $file, array $codes): void
    {
        // A reader sees the old index or the new one: rename() replaces in one step.
        $draft = $file . '.' . getmypid();
        if (file_put_contents($draft, implode('', $codes)) !== count($codes) * VoucherIndex::LENGTH) {
            @unlink($draft);
            throw new RuntimeException("cannot write {$draft}");
        }
        if (!rename($draft, $file)) {
            throw new RuntimeException("cannot replace {$file}");
        }
    }
}
