"""What a person reads, per language: texts by key, amounts, dates and reference numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.pofile import PoFileError, read_po

from betaalhub.domain.kenmerk import format_kenmerk
from betaalhub.errors import ConfigurationError

_FOLDER = Path(__file__).resolve().parent / "teksten"
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_NBSP = "\N{NO-BREAK SPACE}"


class Taal(StrEnum):
    """The languages of the portal, as they stand in its addresses."""

    NL = "nl"
    EN = "en"


class Texts:
    """The texts of one language. Calling it with a key gives the text; a key that is not there is a KeyError."""

    def __init__(self, taal: Taal, messages: Mapping[str, str]) -> None:
        self.taal = taal
        self._messages = messages

    @property
    def messages(self) -> Mapping[str, str]:
        """Every text by its key, with the places still open."""
        return self._messages

    def replaced_by(self, messages: Mapping[str, str]) -> Texts:
        """The same texts but for these."""
        return Texts(self.taal, {**self._messages, **messages})

    def __call__(self, key: str, /, **values: str) -> str:
        """The text of this key, with the values filled in where it says %(name)s; a text without such a place stays as it is."""
        text = self._messages[key]
        return text % values if values and "%(" in text else text

    def money(self, cents: int) -> str:
        """An amount in cents as people write it: `€ 1.234,50` in Dutch (no-break space), `€1,234.50` in English."""
        euros, rest = divmod(abs(cents), 100)
        sign, number = "-" if cents < 0 else "", f"{euros:,}.{rest:02d}"
        if self.taal is Taal.NL:
            return f"€{_NBSP}{sign}{number.translate(str.maketrans(',.', '.,'))}"
        return f"{sign}€{number}"

    def moment(self, moment: datetime) -> str:
        """An aware time as day and hour in Amsterdam: `24 november 2026 om 14.32 uur`."""
        local = moment.astimezone(_AMSTERDAM)
        time = local.strftime("%H.%M" if self.taal is Taal.NL else "%H:%M")
        return self("moment", day=self.day(moment), time=time)

    def day(self, moment: datetime) -> str:
        """An aware time as a day in Amsterdam: `24 november 2026`."""
        local = moment.astimezone(_AMSTERDAM)
        return f"{local.day}{_NBSP}{self('months').split()[local.month - 1]} {local.year}"

    @staticmethod
    def kenmerk(kenmerk: str) -> str:
        """A kenmerk as it is read aloud: `4827 1093 6577`, held together at the end of a line."""
        return format_kenmerk(kenmerk).replace(" ", _NBSP)


def read_messages(taal: Taal) -> dict[str, str]:
    """Every key of one language with its text, read from its catalogues. Raises ConfigurationError for a key that stands twice."""
    found: dict[str, str] = {}
    for path in sorted((_FOLDER / taal).glob("*.po")):
        texts = read_catalogue(path, taal)
        if twice := sorted(found.keys() & texts.keys()):
            raise ConfigurationError(f"Twee keer in teksten/{taal}: " + ", ".join(twice))
        found |= texts
    return found


def read_catalogue(path: Path, taal: Taal) -> dict[str, str]:
    """The texts of one file by key. Raises ConfigurationError, with the file's name, for what is no catalogue."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=str(taal), abort_invalid=True)
    except OSError as error:
        raise ConfigurationError(f"{path}: is niet te lezen ({error.strerror})") from None
    except (PoFileError, ValueError) as error:
        raise ConfigurationError(f"{path}: is geen goed .po-bestand ({error})") from None
    return {str(message.id): str(message.string) for message in catalogue if message.id}


@lru_cache(maxsize=1)
def load_texts() -> Mapping[Taal, Texts]:
    """The texts of all languages. Raises ConfigurationError when a language lacks a text that another has."""
    found = {taal: read_messages(taal) for taal in Taal}
    keys = set().union(*found.values())
    for taal, messages in found.items():
        missing = sorted(key for key in keys if not messages.get(key))
        if missing:
            raise ConfigurationError(f"In teksten/{taal} ontbreken: " + ", ".join(missing))
    return {taal: Texts(taal, messages) for taal, messages in found.items()}
