<?php

declare(strict_types=1);

namespace Shop\Voucher;

use RuntimeException;

/** A file of sorted codes without separators. */
final class VoucherIndex
{
    public const LENGTH = 10;

    /** @var resource */
    private $file;
    private readonly int $count;

    public function __construct(string $path)
    {
        $file = fopen($path, 'rb');
        if ($file === false) {
            throw new RuntimeException("cannot read {$path}");
        }
        $this->file = $file;
        // Of the open file, as the path may already lead to a newer index.
        $this->count = intdiv(fstat($file)['size'], self::LENGTH);
    }

    public function contains(string $code): bool
    {
        if (strlen($code) !== self::LENGTH) {
            return false;
        }
        $low = 0;
        $high = $this->count;
        while ($low < $high) {
            $middle = ($low + $high) >> 1;
            $order = strcmp($this->at($middle), $code);
            if ($order === 0) {
                return true;
            }
            if ($order < 0) {
                $low = $middle + 1;
            } else {
                $high = $middle;
            }
        }

        return false;
    }

    private function at(int $position): string
    {
        fseek($this->file, $position * self::LENGTH);

        return (string) fread($this->file, self::LENGTH);
    }
}
