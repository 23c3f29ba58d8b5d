"""Diffs as people save and send them: in other encodings, coloured, wrapped in mails."""

import base64
import email.mime.application
import email.mime.multipart
import email.mime.text
import gzip
import quopri

import pytest

from bot.core.change import File
from bot.core.diff import DiffError, parse_diff, read_diff

HUNK = "@@ -1 +1 @@\n-a\n+b\n"
DIFF = (
    "diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n"
    "-a é\n+b ü = 1\n \n"
    "diff --git a/logo.png b/logo.png\nindex 1..2 100644\nBinary files a/logo.png and b/logo.png differ\n"
)
FILES = parse_diff(DIFF)


def files(data: bytes) -> tuple[File, ...]:
    reading = read_diff(data)
    assert not reading.notes
    return reading.files


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_of_unicode_is_read(encoding: str, mark: str, end: str) -> None:
    assert FILES == files(f"{mark}{DIFF}".replace("\n", end).encode(encoding))


@pytest.mark.parametrize("text", ["", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_alone_is_an_empty_diff(text: str, encoding: str) -> None:
    assert () == files(text.encode(encoding))


def test_marks_between_diffs_are_passed_over() -> None:
    assert [*FILES, *parse_diff(DIFF.replace("x.py", "y.py"))][2].path == "y.py"
    both = f"\ufeff{DIFF}\ufeff{DIFF.replace('x.py', 'y.py').replace('logo', 'icon')}"

    assert ["x.py", "logo.png", "y.py", "icon.png"] == [file.path for file in files(both.encode())]


@pytest.mark.parametrize("text", [b"\n", b" ", b"\r\n", b"\n\n"])
def test_blanks_alone_are_an_empty_diff(text: bytes) -> None:
    assert () == files(text)


def test_content_in_another_encoding_is_marked_and_hides_nothing() -> None:
    mixed = DIFF.encode().replace("é".encode(), b"\xe9")

    assert ["-a \ufffd", "+b ü = 1"] == (files(mixed)[0].patch or "").split("\n")[1:3]
    assert "\ufffd" in (files(DIFF.encode("latin-1"))[0].patch or "")


def test_a_diff_whose_second_half_is_utf_16_is_refused() -> None:
    with pytest.raises(DiffError, match=r"NUL characters.*UTF-8"):
        read_diff(DIFF.encode() + DIFF.encode("utf-16-le"))


def test_content_may_hold_nul() -> None:
    assert "a\0b" in (files(DIFF.replace("a é", "a\0b").encode())[0].patch or "")


def test_lines_that_end_in_carriage_returns_alone_are_read() -> None:
    assert FILES == files(DIFF.replace("\n", "\r").encode())


def test_content_keeps_its_ends_where_the_diff_itself_ends_in_newlines() -> None:
    crlf = DIFF.replace("+b ü = 1", "+b\r").replace("-a é", "-a")

    assert "-a\n+b\r\n \n" in (files(crlf.encode())[0].patch or "")


def test_ends_may_be_mixed() -> None:
    mixed = DIFF + DIFF.replace("x.py", "y.py").replace("logo", "icon").replace("\n", "\r\n")
    found = files(mixed.encode())

    assert ["x.py", "logo.png", "y.py", "icon.png"] == [file.path for file in found]
    assert "-a é\r\n+b ü = 1\r\n" in (found[2].patch or "")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blanks_that_an_editor_cut_off_are_put_back(end: str) -> None:
    cut = DIFF.replace("\n \n", "\n\n").replace("\n", end)

    assert FILES == files(cut.encode())
    kept = cut.replace("index 1..2", "index 1..2\r" if end == "\n" else "index 1..2")
    assert " \n" in (files(kept.encode())[0].patch or "")


GIT_COLORS = (
    "\x1b[1mdiff --git a/x.py b/x.py\x1b[m\n\x1b[1mindex 1..2 100644\x1b[m\n\x1b[1m--- a/x.py\x1b[m\n"
    "\x1b[1m+++ b/x.py\x1b[m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[m\n\x1b[31m-a é\x1b[m\n"
    "\x1b[32m+\x1b[m\x1b[32mb ü\x1b[m \x1b[7;32m=\x1b[27m 1\x1b[m\n \x1b[m\n"
    "\x1b[1mdiff --git a/logo.png b/logo.png\x1b[m\n\x1b[1mindex 1..2 100644\x1b[m\n"
    "Binary files a/logo.png and b/logo.png differ\n"
)


def test_colours_are_taken_away() -> None:
    assert FILES == files(GIT_COLORS.encode())
    assert FILES == files(GIT_COLORS.replace("\x1b[m", "\x1b[0m\x1b[K").encode())
    assert FILES == files(GIT_COLORS.replace("\x1b[1m", "\x1b[38;2;9;9;9m\x1b[48:5:7m").encode())


def test_colours_of_changed_lines_alone_are_taken_away() -> None:
    assert FILES == files(DIFF.replace("+b ü = 1", "\x1b[32m+b ü = 1\x1b[m").encode())


@pytest.mark.parametrize("end", ["\x07", "\x1b\\"])
def test_links_are_taken_away(end: str) -> None:
    linked = DIFF.replace("diff --git", f"\x1b]8;;file:///x.py{end}diff --git").replace(
        "\n", f"\x1b]8;;{end}\n"
    )

    assert FILES == files(linked.encode())


@pytest.mark.parametrize("code", ["\x1b[2K", "\x1b[2J", "\x1b[3A", "\x1b[?25l", "\x1b]0;title\x07", "\x1bc"])
def test_other_codes_of_terminals_are_refused_with_advice(code: str) -> None:
    text = GIT_COLORS.replace("Binary", f"{code}Binary")
    if code == "\x1b[2K":
        assert FILES == files(text.encode())
        return
    with pytest.raises(DiffError, match="contains terminal control codes; run the diff with --no-color"):
        read_diff(text.encode())
    with pytest.raises(DiffError, match=r"--no-color"):
        read_diff(DIFF.replace("Binary", f"{code}Binary").encode())


def test_escape_sequences_in_content_stay() -> None:
    content = DIFF.replace("b ü", "\x1b[31mred\x1b[0m")

    assert "+\x1b[31mred\x1b[0m = 1" in (files(content.encode())[0].patch or "")


def test_the_text_of_an_error_holds_no_control_codes() -> None:
    with pytest.raises(DiffError) as refusal:
        read_diff(b"\x1b]0;owned\x07 \x9b31m\n")

    assert str(refusal.value).isprintable()


COMMIT = "0123456789012345678901234567890123456789"
FROM = f"From {COMMIT} Mon Sep 17 00:00:00 2001\nFrom: Ada <ada@example.org>\nSubject: [PATCH] Say é\n"
BODY = f"Message.\n---\n x.py | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n{DIFF}-- \n2.39.5\n\n"


def mail(encoding: str, body: bytes, *, more: str = "") -> bytes:
    head = f"{FROM}MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8{more}\n"
    return f"{head}Content-Transfer-Encoding: {encoding}\n\n".encode() + body


def encoded(encoding: str) -> bytes:
    if encoding == "base64":
        return mail(encoding, base64.encodebytes(BODY.encode()))
    body = BODY.encode()
    return mail(encoding, quopri.encodestring(body) if encoding == "quoted-printable" else body)


@pytest.mark.parametrize("encoding", ["8bit", "7bit", "base64", "quoted-printable", "BASE64"])
def test_mails_are_decoded(encoding: str) -> None:
    assert FILES == files(
        encoded(encoding.lower()).replace(b"Encoding: base64", f"Encoding: {encoding}".encode())
    )


def test_each_mail_of_a_series_is_decoded_as_it_says() -> None:
    other = encoded("base64") + encoded("8bit").replace(b"x.py", b"y.py").replace(b"logo", b"icon")

    assert ["x.py", "logo.png", "y.py", "icon.png"] == [file.path for file in files(other)]


def test_other_charsets_are_decoded() -> None:
    body = base64.encodebytes(BODY.encode("latin-1"))

    assert FILES == files(mail("base64", body).replace(b"charset=UTF-8", b"charset=iso-8859-1"))
    assert files(mail("base64", body).replace(b"charset=UTF-8", b"charset=of-nobody"))


def test_attached_patches_are_read() -> None:
    parts = email.mime.multipart.MIMEMultipart()
    parts["From"], parts["Subject"] = "ada@example.org", "[PATCH] Say é"
    parts.attach(email.mime.text.MIMEText("See the attachment.\n", _charset="utf-8"))
    attached = email.mime.application.MIMEApplication(DIFF.encode(), "x-patch")
    attached.add_header("Content-Disposition", "attachment", filename="x.patch")
    parts.attach(attached)

    assert FILES == files(parts.as_bytes())
    assert FILES == files(f"From {COMMIT} Mon Sep 17 00:00:00 2001\n".encode() + parts.as_bytes())


def attached(data: bytes, kind: str, name: str) -> bytes:
    parts = email.mime.multipart.MIMEMultipart()
    parts["From"], parts["Subject"] = "ada@example.org", "[PATCH] Say"
    parts.attach(email.mime.text.MIMEText("See the attachment.\n", _charset="utf-8"))
    part = email.mime.application.MIMEApplication(data, kind)
    part.replace_header("Content-Type", kind)
    part.add_header("Content-Disposition", "attachment", filename=name)
    parts.attach(part)
    return parts.as_bytes()


@pytest.mark.parametrize("kind", ["application/x-patch", "application/mbox", "text/x-diff", "image/png"])
@pytest.mark.parametrize("name", ["fix.txt", "fix", "fix.patch"])
def test_an_attached_patch_is_known_by_what_it_holds(kind: str, name: str) -> None:
    assert FILES == files(attached(DIFF.encode(), kind, name))


def test_a_compressed_attachment_is_called_so() -> None:
    mail = attached(gzip.compress(DIFF.encode()), "application/gzip", "fix.patch.gz")

    with pytest.raises(DiffError, match=r"attached to this mail is compressed \(gzip\); unpack it first"):
        read_diff(mail)


def test_a_mail_without_text_is_refused_with_advice() -> None:
    parts = email.mime.multipart.MIMEMultipart()
    parts["From"] = "ada@example.org"
    parts.attach(email.mime.text.MIMEText("<p>See the picture.", "html"))

    with pytest.raises(DiffError, match="save its patch to a file"):
        read_diff(parts.as_bytes())


def test_flowed_text_is_put_together() -> None:
    flowed = "\n".join(f" {line}" if line.startswith(" ") else line for line in BODY.split("\n"))
    stuffed = flowed.replace("+b ü = 1", "+b ü \n= 1").replace("\n  \n", "\n \n")

    assert "+b ü = 1" in (files(mail("8bit", stuffed.encode(), more="; format=flowed"))[0].patch or "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(DIFF.encode()), "compressed (gzip); unpack it first"),
        (b"PK\x03\x04rest", "compressed (zip); unpack it first"),
        (b"\x89PNG\r\n\x1a\n", "the file is not text"),
        (b"%PDF-1.7\n", "the file is not text"),
        (b"\x00" * 64, "NUL characters"),
    ],
)
def test_files_that_are_no_text_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(DiffError) as refusal:
        read_diff(data)

    assert words in str(refusal.value)
