"""Word lists for politeness and retraction in many languages, which structure alone cannot detect.

All words are in lower case, with a plain apostrophe.
"""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(","))


PLEASE = _words(
    """
    please pls plz kindly bitte alsjeblieft alstublieft prosím proszę пожалуйста lütfen snälla vinligst
    παρακαλώ 请 請 麻烦 麻煩 拜托 帮我 幫我 お願いします お願い 부탁합니다 부탁해요
    """
)
"""Words for "please"."""

PLEASE_IN_PHRASES = _phrases(
    """
    por favor, per favore, s'il vous plaît, s'il te plaît, будь ласка, vær så snill, vă rog
    """
)
"""The same, as phrases of several words."""

THANKS = _words(
    """
    thanks thank thx ty tysm cheers danke merci gracias obrigado obrigada grazie dank bedankt dzięki
    dziękuję děkuji díky ďakujem tack tak takk kiitos köszönöm mulțumesc teşekkürler ευχαριστώ спасибо
    дякую благодаря hvala 谢谢 謝謝 多谢 多謝
    ありがとうございます ありがとう 감사합니다 고마워요 고마워 תודה شكرا
    """
)
"""Words of thanks."""

THANKS_IN_PHRASES = _phrases(
    """
    thank you, many thanks, vielen dank, muchas gracias, muito obrigado, grazie mille
    """
)
"""The same, as phrases of several words."""

GREETINGS = _words(
    """
    hi hey hello hallo hej hei moin servus hola olá ciao salut bonjour ahoj cześć witam привет привіт
    merhaba γεια szia 你好 您好 嗨 こんにちは 안녕하세요 안녕
    """
)
"""Greetings."""

GREETINGS_IN_PHRASES = _phrases(
    """
    hi there, hey there, hello there, good morning, guten tag, guten morgen
    """
)
"""The same, as phrases of several words."""

PRAISE = _words(
    """
    good great nice awesome amazing perfect excellent brilliant wonderful helpful cool lovely solid super
    love lgtm ok okay wow yay well done job work bot catch find review point very really so the a all
    that's that is was this it and for i am gut toll klasse prima perfekt genial parfait perfecto perfetto
    bravo excelente genial 辛苦了 好的 よくできました 잘했어요
    """
)
"""Words of praise and their fillers: a text of these alone requests nothing."""

NO = _words(
    """
    no nope nah nein nee non não nej nei ne nie нет ні hayır yok όχι nem לא لا kein keine keinen
    geen ingen inget brak nö
    """
)
"""A refusal on its own; with a noun it often negates something else: "no rush"."""

NOT = _words(
    """
    don't dont not isn't isnt aren't wasn't weren't shouldn't needn't mustn't never nicht n'est pas niet
    inte ikke ej не ei älä není değil nunca jamais niemals nie nincs
    """
)
"""Negates the clause."""

NEED = _words(
    """
    need needed needs necessary required wanted nötig notwendig erforderlich gebraucht gewünscht
    brauchen braucht nécessaire besoin utile necesario necesaria hace falta necessario necessaria
    serve necessário necessária precisa preciso nodig hoeft trzeba potrzeba potrzebne potrzebny
    konieczne behövs behöver nødvendig nødvendigt tarpeen tarvitse tarvita potřeba potreba nutné
    надо нужно нужен требуется треба потрібно gerek gerekli gerekmiyor szükséges nevoie brauchst
    braucht's muss musst
    """
)
"""Words of need."""

LACKS = _words(
    """
    doesn't doesnt didn't didnt won't wont
    """
)
"""With a word of need these retract a command; otherwise they describe behaviour."""

RETRACTED = _words(
    """
    cancel canceled cancelled abort undo revoke retract forget disregard scratch mind abbrechen
    abbruch storno vergiss annule annuler oublie cancela cancelar olvida olvídalo annulla esquece
    annuleer annuleren anuluj zapomnij avbryt glöm glem peru zruš zrušit отмена отмени отменить
    забудь скасувати скасуй iptal ακύρωση mégse anulează aborted take strike scrap drop mistake
    accident accidentally versehentlich versehen lass lasst laisse lascia déjalo deixa laat
    unnecessary unneeded needless unnötig überflüssig inutile innecesario innecesaria desnecessário
    onnodig niepotrzebne niepotrzebny zbytečné unødvendig unødvendigt onödigt tarpeeton gereksiz
    ненужно непотрібно
    """
)
"""Retracts a command."""

PUT_OFF = _words(
    """
    stop wait hold later skip ignore stopp halt warte warten später attends arrête espera aspetta wacht
    czekaj vent vänta odota počkej стоп подожди позже стій dur bekle
    """
)
"""Postpones or stops a command."""

NEVER_MIND = _words(
    """
    nevermind nvm nieważne boşver
    """
)
"""A complete retraction on its own."""

LIGHT = _words(
    """
    a an the this that it its it's that's this's is are be i we i've my me you your to do for of on
    off at all just really actually sorry oops oh ah hm hmm um uh and but then so now yet today here
    anymore any more longer again still yes about there bother second thought thoughts changed let's
    please review reviews summary summarize post comment das es ist wird werden ein eine einen dies
    diese dieses doch jetzt noch heute mehr lieber mal erst gerade ach vorerst schon machen reviewen
    prüfen dit dat het nu nog vandaag meer maar even det den er är än enda endnu ennå lige nå nyt
    vielä tätä se tämä ne c'est ce cela ça plus maintenant encore pour l'instant aujourd'hui tomber
    il y une un de la le el lo eso esto ahora todavía aún hoy más ya por ora adesso ancora è questo
    più oggi perdere agora ainda é isso isto hoje mais pra lá acum încă este jest już teraz jeszcze
    dziś dzisiaj tego je teď ještě už dnes сейчас пока ещё еще это больше сегодня делай зараз поки
    ще це більше şimdi henüz bugün artık bunu bu most még τώρα ακόμα was by back du sein stare hagas
    haga faça fai
    """
)
"""Fillers in a retraction: it, now, yet."""

BEFORE_UNSPACED = _words(
    """
    先 请 請 现在 現在 暂时 暫時 还是 還是 还 還 就 今は まだ 지금 지금은 아직 아직은 review
    """
)
"""Fillers before a retraction, in scripts without spaces."""

UNSPACED = _words(
    """
    不用 不要 不必 不需要 不行 不 别 別 勿 取消 算了
    停止 等等 稍后 稍後 しなくていい しなくて 안해도 不要です いりません いらない しないで
    やめて やめ キャンセル 待って 하지마 필요없 취소 아니 그만 나중에
    """
)
"""Retracts or postpones, in scripts without spaces."""

BEHIND_UNSPACED = _words(
    """
    了 吧 看 做 审查 審查 审核 审 谢谢 謝謝 review ください 下さい です
    してください して 세요 어요 습니다 음 해주세요 해 합니다 いいです 돼요 됩니다 됨
    요 오 レビュー 리뷰
    """
)
"""Fillers after a retraction, in scripts without spaces."""
