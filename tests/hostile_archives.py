"""Archives of repositories that were made to harm who reads them, as streams: none is ever stored whole.

Each begins with an ordinary shop, so that a review has something to look up where the rest does no harm.
`scale` is the share of the full size: 1.0 in `make bench-hostile`, little in tests.
"""

import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

TOP = "acme-shop-1a2b3c4"
SHOP: Mapping[str, bytes] = {
    "shop/cart.py": b"def total(items):\n    return sum(items)\n    # the end\n    # of the file\n",
    "shop/orders.py": b"from shop.cart import total\n\n\ndef place(cart):\n    return total(cart.items)\n",
}
GIB = 2**30

_BLOCK = 512
_ZEROS = bytes(2**20)
_LIMIT = 490_000  # bytes of the largest file that is read

Entry = tuple[tarfile.TarInfo, bytes]
Archive = Callable[[float], Iterator[bytes]]


def many_files(scale: float) -> Iterator[bytes]:
    """A million files of a line each."""
    return _packed(
        _file(f"{at % 997}/f{at}.py", b"total = %d\n" % at) for at in range(int(1_000_000 * scale))
    )


def declared_bomb(scale: float) -> Iterator[bytes]:
    """One file of ten gibibytes of zeros."""
    yield from _packed((), end=False)
    yield from _zeros(_named("bomb.bin", int(10 * GIB)), int(10 * GIB * scale))


def many_bombs(scale: float) -> Iterator[bytes]:
    """Files of spaces just small enough to be read, ten gibibytes in all."""
    content = b" " * _LIMIT
    return _packed(_file(f"b{at}.txt", content) for at in range(int(10 * GIB * scale / _LIMIT)))


def many_texts(scale: float) -> Iterator[bytes]:
    """Files of random words, of half a gigabyte in all: nearly as much as is kept."""
    words = os.urandom(_LIMIT // 3).hex(" ", 3).encode()[:_LIMIT]
    count = int(GIB * 0.6 * scale / _LIMIT)
    return _packed(_file(f"t{at}.py", b"total = %d\n" % at + words) for at in range(count))


def loops(scale: float) -> Iterator[bytes]:
    """Links to themselves, to each other, to what is outside; devices; files below links."""
    entries = [
        _special("loop", tarfile.SYMTYPE, "loop"),
        _special("a", tarfile.SYMTYPE, "b"),
        _special("b", tarfile.SYMTYPE, "a"),
        _special("shop/up", tarfile.SYMTYPE, ".."),
        _special("etc", tarfile.SYMTYPE, "/etc"),
        _special("hard", tarfile.LNKTYPE, f"{TOP}/hard"),
        _special("passwd", tarfile.LNKTYPE, "../../../etc/passwd"),
        _special("null", tarfile.CHRTYPE),
        _special("queue", tarfile.FIFOTYPE),
        _file("etc/passwd", b"total = 1\n"),
    ]
    return _packed(entries * max(1, int(10_000 * scale)))


def names(scale: float) -> Iterator[bytes]:
    """Names that lead elsewhere, are no text, or are very long."""
    bad = [
        b"/etc/total.py",
        b"../../outside.py",
        f"{TOP}/../../outside.py".encode(),
        f"{TOP}/./x//y/total.py".encode(),
        f"{TOP}/caf\xe9\xff.py".encode("latin-1"),
        f"{TOP}/line\nbreak.py".encode(),
        f"{TOP}/\x1b[31mred.py".encode(),
        f"{TOP}/{'d/' * 5000}deep.py".encode(),
        f"{TOP}/{'n' * 60_000}.py".encode(),
        f"{TOP}/'; DROP TABLE files; --.py".encode(),
        b"..",
        b"",
    ]
    entries = [_raw(name, b"total = 1\n") for name in bad]
    return _packed(entries * max(1, int(1000 * scale)))


def parsers(scale: float) -> Iterator[bytes]:
    """Texts that take a parser or a search long, for each of several grammars."""
    size = max(1000, int(_LIMIT * scale))
    texts = {
        "deep": b"total(" * (size // 6),
        "closing": b"total" + b")]}" * (size // 3),
        "brackets": b"total" + b"{[(" * (size // 3),
        "line": b"total = '" + b"x" * size + b"'\n",
        "table": b"total = [" + b"[1, 2, 3],\n" * (size // 11) + b"]\n",
        "strings": b"total = '" + b"\\'\"" * (size // 3),
        "words": b"total\n" * (size // 6),
        "definitions": b"def total(): pass\n" * (size // 18),
        "null": b"total = 1\n" * 900 + b"\0" * 100,
        "bytes": b"total = '" + bytes(range(1, 256)) * (size // 255),
    }
    suffixes = ("py", "js", "ts", "go", "rs", "java", "c", "cpp", "cs", "rb", "php")
    files = [_file(f"odd/{name}.{suffix}", text) for name, text in texts.items() for suffix in suffixes]
    return _packed([*files, _file("odd/ten_megabytes.py", b"total = " + b"1+" * int(5_000_000 * scale))])


def headers(scale: float) -> Iterator[bytes]:
    """Extended headers that follow each other without end, each for the next."""
    record = b"19 path=r/total.py\n"
    extended = (_named("x", len(record), tarfile.XHDTYPE), record)
    return _packed([extended] * int(200_000 * scale))


def huge_header(scale: float) -> Iterator[bytes]:
    """One extended header of ten gibibytes, which a reader would keep."""
    yield from _packed((), end=False)
    yield from _zeros(_named("x", int(10 * GIB), tarfile.XHDTYPE), int(10 * GIB * scale))


HOSTILE: Mapping[str, Archive] = {
    archive.__name__: archive
    for archive in (
        many_files,
        declared_bomb,
        many_bombs,
        many_texts,
        loops,
        names,
        parsers,
        headers,
        huge_header,
    )
}


def _packed(entries: Iterable[Entry], *, end: bool = True) -> Iterator[bytes]:
    """A gzip stream of the shop and `entries`; without its `end`, more can follow."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    shop = (_file(path, text) for path, text in SHOP.items())
    for entry, content in chain(shop, entries):
        yield packer.compress(_block(entry, content))
    yield packer.compress(bytes(2 * _BLOCK)) + packer.flush() if end else packer.flush(zlib.Z_FULL_FLUSH)


def _zeros(header: tarfile.TarInfo, size: int) -> Iterator[bytes]:
    """A header and so many zeros, which follow what was flushed: one piece, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield packer.compress(_header(header)) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(_ZEROS * 16) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(max(1, size // len(_ZEROS * 16))):
        yield piece
    yield packer.flush() + bytes(8)


def _block(entry: tarfile.TarInfo, content: bytes) -> bytes:
    return _header(entry) + content + bytes(-len(content) % _BLOCK)


def _header(entry: tarfile.TarInfo) -> bytes:
    return entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _file(path: str, content: bytes) -> Entry:
    return _named(path, len(content)), content


def _raw(name: bytes, content: bytes) -> Entry:
    entry = tarfile.TarInfo(os.fsdecode(name))
    entry.size = len(content)
    return entry, content


def _special(path: str, kind: bytes, target: str = "") -> Entry:
    entry = _named(path, 0, kind)
    entry.linkname = target
    return entry, b""


def _named(path: str, size: int, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(f"{TOP}/{path}")
    entry.type, entry.size = kind, size
    return entry
