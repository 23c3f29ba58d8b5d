"""Recognizes compressed files by their magic bytes."""

_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7-zip",
}


def packed_as(data: bytes) -> str:
    """The compression format of `data`; empty if it is not one of the common formats."""
    return next((name for magic, name in _PACKED.items() if data.startswith(magic)), "")
