"""Amounts of money in cents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    cents: int
    currency: str = "EUR"

    def __add__(self, other: "Amount") -> "Amount":
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Amount(self.cents + other.cents, self.currency)

    def __str__(self) -> str:
        return f"{self.cents / 100:.2f} {self.currency}"


def parse_amount(text: str) -> Amount | None:
    """Reads "12.50 EUR" as the carriers write it."""
    text = text.strip()
    if text in ("", "-", "n/a"):
        return None  # not charged separately
    number, _, currency = text.partition(" ")
    units, _, cents = number.partition(".")
    return Amount(int(units) * 100 + int(cents or 0), currency or "EUR")


def parse_weight(text: str) -> int:
    """Grams."""
    number, _, unit = text.strip().partition(" ")
    return int(float(number) * (1000 if unit == "kg" else 1))
