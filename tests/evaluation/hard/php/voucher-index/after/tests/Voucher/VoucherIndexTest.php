<?php

declare(strict_types=1);

namespace Shop\Tests\Voucher;

use PHPUnit\Framework\TestCase;
use Shop\Voucher\Campaign;
use Shop\Voucher\IndexWriter;
use Shop\Voucher\VoucherCheck;

final class VoucherIndexTest extends TestCase
{
    public function testFindsCodesOfTheCampaign(): void
    {
        $campaign = new Campaign('spring', sys_get_temp_dir());
        file_put_contents($campaign->codesFile(), "00FFA0B1C2\n3A4B5C6D7E\n\n7F00AA11BB\n");

        self::assertSame(3, (new IndexWriter())->write($campaign));
        self::assertTrue((new VoucherCheck())->isValid($campaign, ' 3a4b5c6d7e'));
        self::assertFalse((new VoucherCheck())->isValid($campaign, '3A4B5C6D7F'));
    }
}
