"""Detects the additions of mail programs: introductions of quotations, mail headers, signatures, footers.

Rules prefer structure (addresses, times, labels, quoted lines), which is the same in all languages. They
check words only where structure alone might match a person's own text.
"""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

QUOTED = re.compile(r" {0,3}>")

_COLONS = (":", "：")
_CODE = ("    ", "\t")
_LONGEST = 400  # characters of a line that are looked at
_MOST_LINES = 3  # of an introduction that is wrapped
_MOST_HEADERS = 12  # lines of a mail's header to examine
_FEWEST_LABELS = 3  # of a header in an unknown language
_LONGEST_SIGNATURE = 120  # characters of a mail program's signature
_MOST_WORDS = 8  # of such a line
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>|\*{3}@\*{3}")
_MOMENT = re.compile(r"\d{4}|\d{1,2}[:.h]\d{2}")
_DATE = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_TIME = re.compile(r"(?<![\d.])\d{1,2}[:.h]\d{2}(?![\d.])")
_SUBJECT = re.compile(r"\[[\w.-]+/[\w.-]+\]|[^\W\d_]{1,5}[:：]\s")
_BEGINS = re.compile(r"(?:on|am|le|el|il|em|op|den|w dniu)\s|\d|\w+, ", re.IGNORECASE)
_BEGINS_WITH_DATE = re.compile(r"\W*(?:[^\W\d]+\W+){0,2}\d")
_SAID = re.compile(
    r"(?:\bwrote|\bschrieb\b.*|\ba écrit|\bescribió|\bha scritto|\bescreveu|\bschreef\b.*|\bskrev\b.*"
    r"|\bnapisał(?:a|\(a\))?|\bpisze|\bnapsala?(?:\(a\))?|\bkirjoitti|\bпишет|\bнаписала?|写道|のメール|작성)"
    r"\s*[:：]\s*$",
    re.IGNORECASE,
)
"""Endings of lines that introduce a quotation, in the languages of common mail programs."""

_FORWARDED = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten nachricht"
    r"|début du message (?:réexpédié|transféré)"
    r"|inizio (?:del )?messaggio inoltrato|inicio del mensaje reenviado|início da mensagem (?:re)?encaminhada"
    r"|begin doorgestuurd bericht|vidarebefordrat brev|(?:start på )?videresendt (?:besked|melding)"
    r"|välitetty viesti alkaa|początek przekazywanej wiadomości|začátek přeposílané zprávy"
    r"|начало переадресованного сообщения|початок листа, що переспрямовується|iletilen ileti başlangıcı"
    r"|továbbított levél kezdete|下面是被转发的邮件|以下是轉寄的郵件|開始轉寄郵件"
    r"|転送されたメッセージ|전달된 메시지)\s*[:：]$",
    re.IGNORECASE,
)
"""Apple Mail's line before the header of a forwarded mail."""

_END = re.compile(
    r"--\s?$"  # signature delimiter
    r"|[—–]\s*$"  # GitHub's delimiter before its footer
    r"|_{10,}\s*$|-{2,}\s*[^\W\d_][^|]*?-{2,}\s*$"  # Outlook's line, and "-----Original Message-----"
    r"|\W*(?:reply to this email directly|you are receiving this because|message id: ?<)"
    r"|sent from (?:my|outlook|mail|yahoo|proton|samsung|the )|sent (?:via|with|using) (?-i:[A-Z])"
    r"|get outlook for "
    r"|von meinem .* gesendet|gesendet (?:von|mit|aus) (?-i:[A-Zdm])|envoyé (?:de|depuis|à partir d)"
    r"|enviado (?:desde|do) |inviato da |verzonden (?:vanaf|met|vanuit) |skickat från |sendt fra "
    r"|отправлено с |发自我的|iphoneから送信",
    re.IGNORECASE,
)
"""Beginnings of lines after which no text is the author's own."""

_SENDER = re.compile(
    r"[*_]*(?:from|von|de|da|van|från|fra|od|lähettäjä|от|від|від кого|kimden|gönderen|από|feladó|de la"
    r"|từ|dari|odosielateľ|מאת|من|จาก|发件人|寄件者|寄件人|差出人|보낸 ?사람)[*_]*\s*[:：]",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[*_]*(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto"
    r"|inviato|data|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne"
    r"|lähetetty|päivämäärä|vastaanottaja|aihe|wysłano|wysłane|do|temat|odesláno|komu|předmět|odoslané|predmet"
    r"|отправлено|дата|кому|тема|надіслано|відправлено|gönderildi|gönderilme|tarih|kime|konu"
    r"|στάλθηκε|ημερομηνία|προς|θέμα|elküldve|dátum|címzett|tárgy|trimis|către|subiect|đã gửi|tới|chủ đề"
    r"|dikirim|tanggal|kepada|subjek|נשלח|תאריך|אל|נושא|تم الإرسال|التاريخ|إلى|الموضوع|ส่ง|ถึง"
    r"|发送时间|收件人|主题|寄件日期|日期|收件者|主旨|送信日時|宛先|件名"
    r"|보낸 ?날짜|날짜|받는 ?사람|제목)[*_]*\s*[:：]",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"[*_]{0,3}[^\W\d_][^:：<>|/\\@#=()\[\]{}]{0,24}[*_]{0,3}\s?(?:：|:(?=[\s*_]|$))[*_]{0,3}\s*(.*)$"
)

_PROGRAM = re.compile(
    r"(?<![a-z])(?:iphon|ipad|ipod|ios|apple|macbook|android|outlook|samsung|galaxy|yahoo|gmail|proton"
    r"|huawei|honor|xiaomi|redmi|oppo|vivo|oneplus|pixel|nokia|motorola|blackberry|windows|thunderbird"
    r"|superhuman|spark|blue ?mail|aqua ?mail|k-9|fairemail|gmx|web\.de|t-online|telekom|fastmail|tuta|zoho"
    r"|yandex|яндекс|mail\.ru|naver|네이버|foxmail|mailspring|airmail|em client"
    r"|mobil|smartphone|smarttelefon|tablet|telefon|telefoon|téléphone|telefono|teléfono|handy|móvil|celular"
    r"|cellulare|puhelim|телефон|τηλέφωνο|手机|手機|携帯|スマートフォン|휴대)",
    re.IGNORECASE,
)
_SENT_FIRST = re.compile(
    r"\W*(?:sent (?:from|via|with|using)|(?:gesendet|gesandt|envoyée?|expédiée?|enviad[oa]|enviat|inviat[oa]"
    r"|verzonden|verstuurd|skickat|sendt|sänt|lähetetty|wysłan[eoy]|odesláno|odosl(?:ané|ano)|poslan[eo]"
    r"|отправлено|надіслано|відправлено|изпратено|послат[оа]|gönderildi|küldve|elküldve|στάλθηκε|εστάλη"
    r"|απεστάλη|trimis|expediat|saadetud|nosūtīts|išsiųsta|đã gửi|gửi|dikirim|dihantar)(?!\w)"
    r"|ส่งจาก|נשלח מ|أرسل|أُرسل|تم الإرسال|ارسال|发自|發自|寄自|送自)",
    re.IGNORECASE,
)
_SENT_LAST = re.compile(
    r"(?:^\W*vo[nm]\s.*\sgesendet|(?:gönderildi|gönderilmiştir|küldve|elküldve)"
    r"|보냄|보냈습니다|발송됨|전송됨|送信|发送|發送|传送|傳送|寄出)\W*$",
    re.IGNORECASE,
)
_GET = re.compile(
    r"\b(?:get|download|obtenir|obtén|obtener|obter|obtenha|obtenez|ottieni|scarica|descarg|télécharge|baixa"
    r"|hol(?:en)?|herunterladen|hämta|hent|skaff|hanki|lataa|pobierz|stáhn|získ|stiahn|скача|загру|получ|завантаж"
    r"|отрима|indir|edinin|λήψη|αποκτήστε|letölt|szerezze|obțin|descărc|tải|dapatkan)|下載|下载|取得|获取|入手|다운로드"
    r"|가져오기"
    r"|aka\.ms/",
    re.IGNORECASE,
)
_OUTLOOK = re.compile(
    r"\boutlook\b.*\b(?:ios|android|mac|windows)|(?:ios|android).*\boutlook\b", re.IGNORECASE
)
_YAHOO = re.compile(r"yahoo mail\s*[:：]\s*\w+, \w+,? \w+", re.IGNORECASE)
_LINK = re.compile(r"\s*[<(\[]?(?:https?://|www\.)\S+$")


def introduction(lines: Sequence[str], at: int) -> int:
    """The number of lines that introduce a quotation at `at`, as in "On … wrote:"; 0 if none."""
    if lines[at].lstrip().startswith(("/", "@")):
        return 0
    if _FORWARDED.match(_plain(lines[at])):
        return 1
    taken: list[str] = []
    for line in lines[at : at + _MOST_LINES]:
        taken.append(_plain(line).strip())
        if not taken[-1]:
            return 0
        if taken[-1].endswith(_COLONS) and _is_introduction(taken, lines, at):
            return len(taken)
    return 0


def is_quote_next(lines: Sequence[str], at: int) -> bool:
    """Whether the next non-blank line is quoted, so that the author's text may continue after it."""
    following = _next(lines, at)
    return following is not None and QUOTED.match(lines[following]) is not None


def ends_at(lines: Sequence[str], at: int) -> bool:
    """Whether no text from `at` on is the author's own."""
    line = _plain(lines[at])
    return _END.match(line) is not None or _is_head(lines, at) or _is_signature(lines, at)


def _plain(line: str) -> str:
    """`line` without invisible characters. Indented code keeps its spaces, so that no rule matches it."""
    plain = _UNSEEN.sub("", line[: _LONGEST + 1])
    return plain.rstrip() if plain.startswith(_CODE) else plain.strip()


def _next(lines: Sequence[str], at: int) -> int | None:
    """The index of the next non-blank line."""
    return next((index for index in range(at, len(lines)) if lines[index].strip()), None)


def _begins_paragraph(lines: Sequence[str], at: int) -> bool:
    return at == 0 or not lines[at - 1].strip() or QUOTED.match(lines[at - 1]) is not None


def _is_introduction(taken: Sequence[str], lines: Sequence[str], at: int) -> bool:
    """Whether `taken`, the lines from `at` on, introduce a quotation."""
    if sum(map(len, taken)) > _LONGEST:
        return False
    if _introduces(taken):
        return True
    return _begins_paragraph(lines, at) and is_quote_next(lines, at + len(taken)) and _cites(taken)


def _introduces(taken: Sequence[str]) -> bool:
    text = " ".join(taken)
    if len(taken) > 1 and (not _BEGINS.match(text) or _introduces(taken[1:])):
        return False
    names_somebody = _SAID.search(text) or _ADDRESS.search(text)
    return names_somebody is not None and _MOMENT.search(text) is not None


def _cites(taken: Sequence[str]) -> bool:
    """Whether `taken` introduces the quoted lines that follow it, in any language."""
    text = " ".join(taken)
    named, timed = _ADDRESS.search(text) is not None, _TIME.search(text) is not None
    if len(taken) > 1:
        begins = _ADDRESS.search(taken[0]) or _MOMENT.search(taken[0])
        return begins is not None and named and timed and not _introduces(taken[1:])
    dated = _BEGINS_WITH_DATE.match(text) and _DATE.search(text)
    return named or (timed and dated is not None)


class _Label(NamedTuple):
    """The value of a line in a mail's header."""

    value: str

    @property
    def is_moment(self) -> bool:
        return _TIME.search(self.value) is not None and _DATE.search(self.value) is not None

    @property
    def is_of_mail(self) -> bool:
        return _ADDRESS.search(self.value) is not None or _SUBJECT.match(self.value) is not None


def _is_head(lines: Sequence[str], at: int) -> bool:
    """Whether a quoted mail header begins at `at`: "From: …", "Sent: …"."""
    if _SENDER.match(_plain(lines[at])) and _is_header_next(lines, at + 1):
        return True
    if not _begins_paragraph(lines, at) or not _LABELLED.match(_plain(lines[at])):
        return False
    labels = [_Label(value) for value in _labelled(lines[at : at + _MOST_HEADERS])]
    moments = sum(label.is_moment for label in labels)
    of_mail = any(label.is_of_mail for label in labels)
    return len(labels) >= _FEWEST_LABELS and moments == 1 and of_mail


def _is_header_next(lines: Sequence[str], at: int) -> bool:
    following = next((_plain(line) for line in lines[at : at + _MOST_HEADERS // 2] if line.strip()), "")
    return (_HEADER.match(following) or _SENDER.match(following)) is not None


def _labelled(lines: Sequence[str]) -> Iterator[str]:
    """The values of "Label: value" up to the next blank line; a line without a label continues a value."""
    value = None
    for line in map(_plain, lines):
        if not line:
            break
        match = _LABELLED.match(line)
        if match and value is not None:
            yield value
        value = match[1] if match else f"{value} {line}"
    if value is not None:
        yield value


def _is_signature(lines: Sequence[str], at: int) -> bool:
    """Whether the signature of a mail program is at `at`, in a paragraph that ends the author's text."""
    line = _plain(lines[at])
    if len(line) > _LONGEST_SIGNATURE or not _begins_paragraph(lines, at) or not _advertises(line):
        return False
    behind = at + 1
    while behind < len(lines) and _LINK.match(lines[behind]):
        behind += 1
    following = _next(lines, behind)
    if following is None:
        return True
    return not lines[behind].strip() and _is_others(lines, following)


def _advertises(line: str) -> bool:
    text = line.partition("<")[0]
    if "?" in text or len(text.split()) > _MOST_WORDS:
        return False
    if _PROGRAM.search(text) and (_SENT_FIRST.match(text) or _SENT_LAST.search(text)):
        return True
    return _YAHOO.match(line) is not None or bool(_OUTLOOK.search(text) and _GET.search(line))


def _is_others(lines: Sequence[str], at: int) -> bool:
    line = _plain(lines[at])
    return bool(QUOTED.match(lines[at]) or _END.match(line) or introduction(lines, at) or _is_head(lines, at))
