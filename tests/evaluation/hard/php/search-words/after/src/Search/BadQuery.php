<?php

declare(strict_types=1);

namespace Desk\Search;

use InvalidArgumentException;

/** A query that saved searches may not hold. The message is for the customer. */
final class BadQuery extends InvalidArgumentException
{
}
