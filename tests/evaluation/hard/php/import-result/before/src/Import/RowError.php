<?php

declare(strict_types=1);

namespace Club\Import;

use RuntimeException;

/** A row that cannot be imported. */
final class RowError extends RuntimeException
{
}
