"""A terminal in the hall: the member holds the card, then the books, below the scanner."""

import requests

SERVER = "https://lending.example.org"


def finish(card: str, scanned: list[str]) -> None:
    """Sends what was scanned until the member pressed "done"."""
    answer = requests.post(
        f"{SERVER}/terminal/borrow",
        json={"card": card, "items": [code.removeprefix("EAN:") for code in scanned]},
        timeout=10,
    )
    answer.raise_for_status()
