<?php

declare(strict_types=1);

namespace Desk\Command;

use Desk\Search\BadQuery;
use Desk\Search\QueryFilter;
use Desk\Search\SavedSearches;

/** searches:check: lists the saved searches that the filter refuses. */
final class CheckSearches
{
    public function __construct(private readonly SavedSearches $searches, private readonly QueryFilter $filter)
    {
    }

    public function run(): int
    {
        $bad = 0;
        foreach ($this->searches->all() as $search) {
            try {
                $this->filter->accept($search->query);
            } catch (BadQuery $error) {
                // Queries are texts of customers: shown without control characters.
                $shown = addcslashes($search->query, "\0..\37\177");
                echo "{$search->id}\t{$search->owner}\t{$error->getMessage()}\t{$shown}\n";
                $bad++;
            }
        }

        // An exit status of 256 would read as 0.
        return min($bad, 1);
    }
}
