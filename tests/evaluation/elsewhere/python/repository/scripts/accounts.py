"""Writes what the carriers charged for a month: python -m scripts.accounts MONTH"""

import sys
from collections.abc import Iterable

from parcels.core import Amount


def book(month: str, fees: Iterable[Amount]) -> str:
    return f"{month};{sum(fees, start=Amount(0))}"


if __name__ == "__main__":
    sys.stdout.write(book(sys.argv[1], []) + "\n")
