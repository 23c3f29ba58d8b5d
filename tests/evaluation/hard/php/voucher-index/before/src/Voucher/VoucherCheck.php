<?php

declare(strict_types=1);

namespace Shop\Voucher;

/** Tells whether a code belongs to a campaign. */
final class VoucherCheck
{
    public function isValid(Campaign $campaign, string $code): bool
    {
        $codes = file($campaign->codesFile(), FILE_IGNORE_NEW_LINES);

        return in_array(strtoupper(trim($code)), $codes, true);
    }
}
