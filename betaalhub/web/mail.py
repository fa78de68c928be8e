"""Puts a mail into words: the same facts plain and as HTML, in the language of the betaling, and nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from betaalhub.domain.kenmerk import format_kenmerk
from betaalhub.domain.mail import MailSoort
from betaalhub.errors import ConfigurationError
from betaalhub.flows.mail_view import MailStand
from betaalhub.ports import MailBericht
from betaalhub.web.texts import Taal, Texts
from betaalhub.web.themas.themas import Themas, standard_only

_FOLDER = Path(__file__).resolve().parent / "templates" / "mail"


@dataclass(frozen=True, slots=True)
class Words:
    """The keys of the texts of one kind of mail."""

    subject: str
    title: str
    text: str


WORDS: Mapping[MailSoort, Words] = MappingProxyType(
    {
        MailSoort.BETAALBEWIJS: Words("mail.subject.betaalbewijs", "mail.title.betaalbewijs", "mail.text.betaalbewijs"),
        MailSoort.ALSNOG_BETAALD: Words("mail.subject.alsnog", "mail.title.alsnog", "mail.text.alsnog"),
        MailSoort.TERUGBETALING: Words("mail.subject.terug", "mail.title.terug", "mail.text.terug"),
    }
)
if WORDS.keys() != set(MailSoort):
    raise ConfigurationError("Every MailSoort needs its texts")


class MailWriter:
    """Writes mails; made once, used by every thread. `telefoon` is where questions go about what has no thema with a number."""

    def __init__(self, *, telefoon: str | None, themas: Themas | None = None) -> None:
        self._themas, self._telefoon = themas or standard_only(), telefoon
        self._jinja = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def __call__(self, stand: MailStand) -> MailBericht:
        """The mail as it is sent."""
        taal = Taal(stand.taal) if stand.taal in set(Taal) else Taal.NL
        thema = self._themas.choose(administratie=stand.administratie)  # another municipality's number helps nobody
        t, words = thema.texts[taal], WORDS[stand.soort]
        values = {
            "t": t,
            "taal": taal,
            "stand": stand,
            "titel": t(words.title),
            "alinea": t(words.text, amount=t.money(stand.ontvangen_cent), back=t.money(stand.terug_cent)),
            "verder": _next(stand),
            "feiten": _facts(t, taal, stand),
            "telefoon": thema.telefoon or self._telefoon,
        }
        return MailBericht(
            naar=stand.naar or "",
            afzender_naam=stand.administratie_naam,
            onderwerp=t(words.subject, org=stand.administratie_naam, ref=format_kenmerk(stand.kenmerk)),
            tekst=self._jinja.get_template("mail.txt").render(values),
            html=self._jinja.get_template("mail.html").render(values),
            taal=str(taal),
            message_id=stand.message_id,
        )


def _next(stand: MailStand) -> str:
    """The key of what is said about how it goes on: nothing is promised while a person looks at the money."""
    if stand.nakijken:
        needed = sum(regel.bedrag_cent for groep in stand.groepen for regel in groep.regels)
        more = stand.soort != MailSoort.TERUGBETALING and stand.ontvangen_cent > needed
        return "mail.check.more" if more else "mail.check"
    return "" if stand.soort == MailSoort.TERUGBETALING else "mail.next"


def _facts(t: Texts, taal: Taal, stand: MailStand) -> list[tuple[str, str]]:
    facts: list[tuple[str, Any]] = [
        (t("ref.h"), t.kenmerk(stand.kenmerk)),
        (t("mail.back"), t.money(stand.terug_cent) if stand.terug_op else None),
        (t("mail.back_on"), t.day(stand.terug_op) if stand.terug_op else None),
        (t("mail.received"), t.money(stand.ontvangen_cent)),
        (t("mail.paid_on"), t.moment(stand.betaald_op)),
        (t("status.method"), stand.methode_nl if taal is Taal.NL else stand.methode_en),
        (t("mail.company"), stand.bedrijf),
        (t("mail.own_ref"), stand.referentie),
    ]
    return [(term, value) for term, value in facts if value]
