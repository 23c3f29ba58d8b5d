"""A small shop in Python, as a commit of a repository."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

FILES: Mapping[str, str] = {
    "shop/cart.py": '''\
from shop.money import Money


class Cart:
    """What a customer wants to buy."""

    limit: int = 20

    def __init__(self) -> None:
        self.items: list[Money] = []

    # The sum of all prices.
    def total(self) -> Money:
        return Money(sum(item.cents for item in self.items))
''',
    "shop/money.py": """\
class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents


def total(prices):
    return sum(prices)
""",
    "shop/orders.py": """\
from shop.cart import Cart


def place(cart: Cart) -> int:
    if not cart.items:
        return 0
    return cart.total().cents
""",
    "tests/test_cart.py": """\
from shop.cart import Cart


def test_an_empty_cart_costs_nothing():
    assert Cart().total().cents == 0
""",
    "vendor/cart.js": "export function total(cart) { return 0; }\n",
    "README.md": "A shop. The total of a cart is in cents.\n",
}


def archive(path: Path, files: Mapping[str, str | bytes] = FILES, *extra: tarfile.TarInfo) -> Path:
    """A tar archive as GitHub makes it: below one directory, compressed."""
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as packed:
        for name, text in files.items():
            content = text.encode() if isinstance(text, str) else text
            entry = tarfile.TarInfo(f"acme-shop-1a2b3c/{name}")
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
        for entry in extra:
            packed.addfile(entry, io.BytesIO(bytes(entry.size)) if entry.isreg() else None)
    return path
