"""What the author of a comment wrote, without what the mail program put around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.quotes import without_quotes

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
    "пн, 3 нояб. 2025 г. в 10:00, octocat <o@example.com>:",  # noqa: RUF001 - Russian
    "2025年11月3日(月) 10:00 octocat <o@example.com>:",
    "octocat <o@example.com> 于2025年11月3日周一 10:00写道：",  # noqa: RUF001 - Chinese
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
def test_what_is_written_below_a_quoted_mail_is_the_authors_own(introduction: str) -> None:
    assert without_quotes(f"{introduction}\n{QUOTED}\n\n{OWN}") == OWN


@pytest.mark.parametrize("end", ENDS)
def test_signatures_and_footers_are_cut(end: str) -> None:
    assert without_quotes(f"{OWN}\n\n{end}\n") == OWN


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


@given(st.text())
def test_nothing_is_invented(body: str) -> None:
    own = without_quotes(body).splitlines()
    lines = iter(body.replace("\0", "").splitlines())

    assert all(any(line.rstrip() == mine.rstrip() for line in lines) for mine in own)


@given(st.text(alphabet="ab>`~- \n:/@On1:0<", max_size=80))
def test_a_second_time_changes_nothing(body: str) -> None:
    once = without_quotes(body)

    assert without_quotes(once) == once
