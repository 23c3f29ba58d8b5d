<?php

declare(strict_types=1);

namespace Club\Tests\Import;

use Club\Import\Members;
use Club\Import\RowImporter;
use PHPUnit\Framework\TestCase;

final class RowImporterTest extends TestCase
{
    public function testNormalisesWhatItAdds(): void
    {
        $members = $this->createMock(Members::class);
        $members->expects(self::once())->method('add')->with('Ada Byron', 'Ada@example.org', '1998-05-03');

        (new RowImporter($members))->import(
            ['name' => ' Ada  Byron', 'email' => 'Ada@EXAMPLE.org', 'birthday' => '3.5.1998']
        );
    }
}
