<?php

declare(strict_types=1);

namespace Shop\Voucher;

/** Tells whether a code belongs to a campaign. */
final class VoucherCheck
{
    public function isValid(Campaign $campaign, string $code): bool
    {
        $index = new VoucherIndex($campaign->indexFile());

        return $index->contains(strtoupper(trim($code)));
    }
}
