"""What the author of a comment wrote, without what the mail program put around it."""

# ruff: noqa: PLE2502, RUF001 - mail programs write in the scripts and with the marks of their languages

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.comments.quotations import without_quotes

OWN = "/ask is this safe?\n\nIt looks odd to me."
QUOTED = "> the secret of somebody else\n>> and of a third"
INTRODUCTIONS = [
    "On Mon, Nov 3, 2025 at 10:00 AM octocat <notifications@github.com> wrote:",
    "On Mon, Nov 3, 2025 at 10:00 AM octocat ***@***.***> wrote:",
    "On Mon, Nov 3, 2025 at 10:00 AM A. Long Name <\na.long.name@mail.example.com> wrote:",
    "On 3 Nov 2025, at 10:00, octocat wrote:",
    "Am Mo., 3. Nov. 2025 um 10:00 Uhr schrieb octocat <o@example.com>:",
    "Am 03.11.2025 um 10:00 schrieb octocat:",
    "Le lun. 3 nov. 2025 à 10:00, octocat <o@example.com> a écrit :",
    "El lun, 3 nov 2025 a las 10:00, octocat (<o@example.com>) escribió:",
    "Il giorno lun 3 nov 2025 alle ore 10:00 octocat <o@example.com> ha scritto:",
    "Em seg., 3 de nov. de 2025 às 10:00, octocat <o@example.com> escreveu:",
    "Op ma 3 nov 2025 om 10:00 schreef octocat <o@example.com>:",
    "Den mån 3 nov. 2025 kl 10:00 skrev octocat <o@example.com>:",
    "pon., 3 lis 2025 o 10:00 octocat <o@example.com> napisał(a):",
    "пн, 3 нояб. 2025 г. в 10:00, octocat <o@example.com>:",
    "2025年11月3日(月) 10:00 octocat <o@example.com>:",
    "‫בתאריך יום ב׳, 3 בנוב׳ 2025 ב-10:00 מאת ‪octocat‬‏ <‪o@example.com‬‏>:‬",
    "في الاثنين، 3 نوفمبر 2025 في 10:00 ص تمت كتابة ما يلي بواسطة ‪octocat‬‏ <‪o@example.com‬‏>:",
    "octocat <o@example.com>, 3 Kas 2025 Pzt, 10:00 tarihinde şunu yazdı:",
    "Begin forwarded message:",
    "Anfang der weitergeleiteten Nachricht:",
    "octocat <o@example.com> 于2025年11月3日周一 10:00写道：",
]
MARKED = [
    "octocat <o@example.com> writes:",
    "octocat ***@***.***> writes:",
    "octocat <o@example.com>:",
    "Dne 03. 11. 25 v 10:00 octocat napsal(a):",
    "On 11/3/25 10:00, octocat wrote:",
    "3.11.2025 10.00, octocat kirjoitti:",
    "В 10:00 +0000 on Mon, 2025-11-03, octocat написал:",
    "octocat ***@***.***>, 3 Kas 2025 Pzt, 10:00 tarihinde şunu\nyazdı:",
    "W dniu 3.11.2025 o 10:00, octocat pisze:",
    "Vào 10:00 3 thg 11, 2025 octocat\n***@***.***> đã viết:",
]
HEADS = [
    ("Od: octocat <o@example.com>", "Wysłano: poniedziałek, 3 listopada 2025 10:00", "Do: acme/shop <a@b.c>"),
    ("Od: octocat <o@example.com>", "Odesláno: pondělí 3. listopadu 2025 10:00", "Komu: acme/shop"),
    ("Kimden: octocat <o@example.com>", "Gönderildi: 3 Kasım 2025 Pazartesi 10:00", "Kime: acme/shop"),
    ("Lähettäjä: octocat ***@***.***>", "Lähetetty: maanantai 3. marraskuuta 2025 10.00", "Aihe: x"),
    ("보낸 사람: octocat <o@example.com>", "보낸 날짜: 2025년 11월 3일 월요일 오전 10:00", "제목: Re: x"),
    ("Від: octocat <o@example.com>", "Надіслано: понеділок, 3 листопада 2025 р. 10:00", "Тема: x"),
    ("寄件者: octocat <o@example.com>", "寄件日期: 2025年11月3日 上午 10:00", "收件者: acme"),
    ("Από: octocat <o@example.com>", "Στάλθηκε: Δευτέρα, 3 Νοεμβρίου 2025 10:00", "Θέμα: x"),
    ("Feladó: octocat", "Elküldve: 2025. november 3., hétfő 10:00", "Tárgy: Re: [acme/shop] x (PR #7)"),
    ("‏‏מאת: octocat <o@example.com>", "נשלח: יום שני 3 נובמבר 2025 10:00", "נושא: x"),
    ("จาก: octocat <o@example.com>", "ส่ง: 3 พฤศจิกายน 2568 10:00", "ถึง: acme/shop"),
    ("Avsändare okänd: octocat <o@example.com>", "Tidpunkt: 2025-11-03 10:00", "Rubrik: x"),
    ("Frá: octocat <o@example.com>", "Sent til: 3. nóvember 2025 kl. 10:00", "Efni: x"),
    ("Saatja: octocat", "Saadetud: esmaspäev, 3. november 2025 10:00", "Teema: Re: [acme/shop] x"),
    ("Nuo: octocat <o@example.com>", "Kam: acme/shop <a@b.c>,\n someone <s@b.c>", "Data: 2025-11-03 10:00"),
]
ADVERTISEMENTS = [
    "Verstuurd vanaf mijn iPhone",
    "Verzonden vanaf Outlook voor iOS",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Wysłano z telefonu Samsung Galaxy",
    "Odesláno z iPhonu",
    "Odoslané z iPhonu",
    "Надіслано з iPhone",
    "iPhone'umdan gönderildi",
    "내 iPhone에서 보냄",
    "iPhone-omról küldve",
    "Στάλθηκε από το iPhone μου",
    "Trimis de pe iPhone-ul meu",
    "從我的 iPhone 傳送",
    "Poslano s iPhonea",
    "Enviat des del meu iPhone",
    "Đã gửi từ iPhone của tôi",
    "Dikirim dari iPhone saya",
    "ส่งจาก iPhone ของฉัน",
    "נשלח מה-iPhone שלי",
    "Sendt fra min iPhone",
    "Skickat från Outlook för Android",
    "Von meinem Galaxy gesendet",
    "Outlook für iOS herunterladen",
    "Obtenir Outlook pour iOS",
    "Obtener Outlook para Android",
    "Outlook ئۈچۈن iOS<https://aka.ms/o0ukef>",
    "Hanki Outlook for iOS<https://aka.ms/o0ukef>",
    "Yahoo Mail: Search, Organize, Conquer",
    "Yahoo Mail: Zoek, organiseer, overwin<https://mail.onelink.me/107872968>",
]
OWN_LINES = [
    "It crashes on my iPhone.",
    "Works on Android",
    "Tested with Outlook for Android",
    "I sent it from my iPhone",
    "Sent by mail yesterday",
    "The reminder is sent by Outlook",
    "Wird auf Android nicht gesendet",
    "Wird per Mail gesendet",
    "Отправка на Android падает",
    "發送失敗 iPhone",
    "Sent from iPhone users only, does it fail?",
    "Yahoo Mail: the login fails",
    "Host: example.com\nPort: 8080\nUser: me@example.com",
    "Repo: acme/shop\nDate: 2025-11-03\nVersion: 1.2",
    "AuthorDate: 2025-11-03 10:00\nAuthor: Me <me@example.com>\nCommitDate: 2025-11-03 10:00",
    "Author: Me <me@example.com>\nDate: Mon Nov 3 10:00:00 2025",
    "Expected: 1\nActual: 2\nSince: 2025",
    "Look at the log of 2025-11-03 10:30:",
    "Bob says:",
    "    From: a <a@b.c>\n    Sent: 2025-11-03 10:00\n    To: x",
    "Signed-off-by: Me <me@example.com>\nReviewed-by: You <you@example.com>\nFixes: 1",
]
ENDS = [
    "-- \nMax Muster\nMuster GmbH, +49 30 123456",
    "--\nMax",
    "—\nReply to this email directly, view it on GitHub <https://github.com/acme/shop/pull/7>",
    "Reply to this email directly, view it on GitHub",
    "You are receiving this because you authored the thread.",
    "Sent from my iPhone",
    "Sent from Outlook for Android",
    "Sent via Superhuman",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet mit der Telekom Mail App",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "-----Original Message-----\nthe secret",
    "-----Ursprüngliche Nachricht-----\nthe secret",
    "________________________________\nthe secret",
    "________________________________\nFrom: octocat\nSent: Monday\nthe secret",
    "From: octocat <o@example.com>\nSent: Monday, November 3, 2025 10:00\nTo: acme/shop\n\nthe secret",
    "**From:** octocat\n**Date:** Monday\n\nthe secret",
    "Von: octocat <o@example.com>\nGesendet: Montag, 3. November 2025 10:00\n\nthe secret",
    "De : octocat\nEnvoyé : lundi 3 novembre 2025\n\nthe secret",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_a_quoted_mail_is_cut_with_its_introduction(introduction: str) -> None:
    assert without_quotes(f"{OWN}\n\n{introduction}\n{QUOTED}\n") == OWN
    assert without_quotes(f"{OWN}\n\n{introduction}\n\n{QUOTED}\n") == OWN
    assert without_quotes(f"{OWN}\r\n\r\n{introduction}\r\n\r\nthe secret, not marked\r\n") == OWN


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("own", ["Well, it fails", "On 3 May it failed", "2025 was better", "Le code échoue"])
def test_a_line_of_the_author_is_no_part_of_an_introduction(own: str, introduction: str) -> None:
    assert without_quotes(f"/ask why?\n{own}\n{introduction}\n{QUOTED}") == f"/ask why?\n{own}"


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_what_is_written_below_a_quoted_mail_is_the_authors_own(introduction: str) -> None:
    assert without_quotes(f"{introduction}\n{QUOTED}\n\n{OWN}") == OWN


@pytest.mark.parametrize("end", ENDS)
def test_signatures_and_footers_are_cut(end: str) -> None:
    assert without_quotes(f"{OWN}\n\n{end}\n") == OWN


@pytest.mark.parametrize("introduction", MARKED)
def test_a_line_that_introduces_quoted_lines_is_known_by_its_form(introduction: str) -> None:
    assert without_quotes(f"{OWN}\n\n{introduction}\n{QUOTED}\n\nmine") == f"{OWN}\n\n\nmine"
    assert without_quotes(f"{OWN}\n\n{introduction}\n\n{QUOTED}") == OWN


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("label", ["{}:", "**{}:**", "*{}:*", "{} :", "{}："])
def test_the_head_of_a_mail_is_known_by_its_form(head: tuple[str, ...], label: str) -> None:
    lines = (label.format(name) + value for name, _, value in (line.partition(":") for line in head))
    block = "\n".join(lines)

    assert without_quotes(f"{OWN}\n\n{block}\n\nthe secret, not marked") == OWN


@pytest.mark.parametrize("line", ADVERTISEMENTS)
@pytest.mark.parametrize(
    "behind", ["", "\n", f"\n\n{QUOTED}", "\n\n________________________________\nsecret"]
)
def test_what_a_mail_program_says_of_itself_is_cut(line: str, behind: str) -> None:
    assert without_quotes(f"{OWN}\n\n{line}{behind}") == OWN
    assert without_quotes(f"{OWN}\n\n{line}\n<https://example.com/app>{behind}") == OWN


@pytest.mark.parametrize("line", ADVERTISEMENTS)
def test_what_is_like_an_advertisement_within_a_text_stays(line: str) -> None:
    if not line.startswith(("Verzonden vanaf ", "Skickat från", "Sendt fra", "Von meinem")):
        assert without_quotes(f"{OWN}\n{line} is what it prints") == f"{OWN}\n{line} is what it prints"
        assert without_quotes(f"{OWN}\n\n{line}\n\nMine.") == f"{OWN}\n\n{line}\n\nMine."


@pytest.mark.parametrize("own", OWN_LINES)
@pytest.mark.parametrize("behind", ["", f"\n\n{INTRODUCTIONS[0]}\n{QUOTED}", "\n\n-- \nMax"])
def test_what_the_author_wrote_above_stays(own: str, behind: str) -> None:
    assert without_quotes(f"{OWN}\n\n{own}{behind}") == f"{OWN}\n\n{own}"


def test_quoted_lines_are_left_out_wherever_they_stand() -> None:
    assert without_quotes(f"{QUOTED}\n\nFirst.\n{QUOTED}\nSecond.") == "First.\nSecond."


@pytest.mark.parametrize(
    "own",
    [
        "/ask why?\n\n```\n> not a quotation\n-- \nSent from my code\n```",
        "/ask why?\n~~~\nOn Mon, Nov 3, 2025 at 10:00 AM x <x@y> wrote:\n~~~",
        "/ask why?\n    > indented code",
        "/ask what is meant by:\n- one\n- two",
        "/ask this:\nFrom: nowhere",
        "| a | b |\n| --- | --- |",
        "---\nA rule above",
        "On the other hand Bob wrote: nothing",
        "Sent with no header, does it fail?",
        "/ask why does <a@b.example> stand in 2025:",
    ],
)
def test_what_only_looks_alike_stays(own: str) -> None:
    assert without_quotes(own) == own


PROSE = st.lists(
    st.one_of(
        st.from_regex(r"[a-z]{1,9}( [a-z0-9]{1,9}){0,9}[.?!,:]?", fullmatch=True),
        st.sampled_from(
            ["", "- one: 2025", "Version: 1.2", "Since: 10:00", "see <a@b.c>.", "| a | b |", *OWN_LINES]
        ),
    ),
    min_size=1,
    max_size=6,
).map("\n\n".join)
TAILS = [f"{line}\n{QUOTED}" for line in (*INTRODUCTIONS, *MARKED)]
TAILS += ["\n".join(head) + "\n\nsecret" for head in HEADS] + [*ADVERTISEMENTS, *ENDS]


@given(PROSE, st.sampled_from(TAILS))
def test_nothing_above_what_a_mail_program_adds_is_lost(prose: str, tail: str) -> None:
    body = f"/ask why?\n\n{prose}"

    assert without_quotes(f"{body}\n\n{tail}") == body.rstrip()


@given(st.text())
def test_nothing_is_invented(body: str) -> None:
    own = without_quotes(body).splitlines()
    lines = iter(body.replace("\0", "").splitlines())

    assert all(any(line.rstrip() == mine.rstrip() for line in lines) for mine in own)


@given(st.text(alphabet="ab>`~- \n:/@On1:0<", max_size=80))
def test_a_second_time_changes_nothing(body: str) -> None:
    once = without_quotes(body)

    assert without_quotes(once) == once
