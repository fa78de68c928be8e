"""What the page of the winkelmandje shows, and the forms on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from betaalhub.flows.departures import Departure, Why
from betaalhub.flows.mandje import MandjeStand, Methode, OpdrachtStand
from betaalhub.web.portal.links import Link, departure_links, return_links, shop_links
from betaalhub.web.texts import Taal, Texts

EMAIL_MOST, REFERENTIE_MOST = 254, 40  # characters that the register keeps

# Letters of an address as mail servers everywhere take them; the rest only the mail server knows.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_TELLS = {
    Why.REMOVED: "left.removed",
    Why.EXPIRED: "left.expired",
    Why.REPLACED: "left.replaced",
    Why.WITHDRAWN: "left.withdrawn",
    Why.COUNTER: "left.counter",
    Why.ELSEWHERE: "left.elsewhere",
}
if set(_TELLS) != set(Why):
    raise AssertionError("Every Why needs its text")


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a form: the id of the field and the text."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class AddForm:
    """What she typed to add another betaalopdracht, shown again as it was."""

    kenmerk: str = ""
    bedrag: str = ""


@dataclass(frozen=True, slots=True)
class PayForm:
    """What she chose and typed to pay, shown again as it was."""

    methode: str = ""
    email: str = ""
    referentie: str = ""

    def problems(self, t: Texts) -> tuple[Problem, ...]:
        """What is wrong with it, in the order of the page. Whether the method can be used now, only the flow knows."""
        found = []
        if not self.methode:
            found.append(Problem("methode", t("cart.error.method")))
        if self.email and (len(self.email) > EMAIL_MOST or not _EMAIL.fullmatch(self.email)):
            found.append(Problem("email", t("cart.error.email")))
        if len(self.referentie) > REFERENTIE_MOST:
            found.append(Problem("referentie", t("cart.error.reference", most=str(REFERENTIE_MOST))))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class News:
    """What happened to something that lay here. `undo`: the betaalkenmerk that can be put back; `link`: where it came from."""

    text: Markup
    undo: str = ""
    link: Link | None = None


def winkelmandje_view(
    stand: MandjeStand,
    token: str,
    t: Texts,
    *,
    notice: str = "",
    problems: Sequence[Problem] = (),
    pay: PayForm | None = None,
    add: AddForm | None = None,
    producten: str | None = None,
) -> dict[str, Any]:
    """The values of winkelmandje.html; `notice` is the key of a text or empty, `producten` the address of the municipality's
    catalogue."""
    news = _news(stand, t)
    pay = pay or PayForm()
    return {
        "stand": stand,
        "token": token,
        "news": news,
        "notice": _notice(stand, t, notice, news),
        "late": _late(stand, t) if stand.te_laat else "",
        "problems": [(one.field, one.text) for one in problems],
        "wrong": {one.field: one.text for one in problems},
        "pay": pay,
        "chosen": pay.methode if pay.methode or len(stand.methoden) != 1 else stand.methoden[0].code,
        "down": [t("method.down", method=_name(methode, t)) for methode in stand.uitgevallen],
        "changed": {one.successor: one.totaal_cent for one in reversed(stand.departures) if one.successor},
        "add": add or AddForm(),
        "add_open": add is not None,
        "removes": _removes(stand, t),
        "earliest": None if stand.te_laat else min((item.vervalt_op for item in stand.opdrachten), default=None),
        "shops": shop_links(stand, producten),
        "stops": return_links(stand) or departure_links(stand),
    }


def method_problem(methode: Methode | None, t: Texts) -> Problem:
    """She chose a way to pay that is not offered (any more): said by its name. None: there never was such a one."""
    return Problem("methode", t("method.down", method=_name(methode, t)) if methode else t("cart.error.method"))


def _name(methode: Methode, t: Texts) -> str:
    return methode.naam_nl if t.taal is Taal.NL else methode.naam_en


def _notice(stand: MandjeStand, t: Texts, key: str, news: Sequence[News]) -> str | Markup:
    """The notice above the page; none where the page says the same beside what it is about."""
    told_below = stand.storing or (stand.te_laat and key == "cart.late")  # in place of the form, once
    if not key or told_below or (key == "cart.removed" and any(one.undo for one in news)):
        return ""
    if key == "cart.late":
        return _late(stand, t)
    if key == "cart.changed" and any(one.successor for one in stand.departures):
        return t("cart.check")  # what changed is told by name
    return t(key)


def _late(stand: MandjeStand, t: Texts) -> str | Markup:
    """There is not enough time left to pay all of it; of what, where that helps."""
    if len(stand.opdrachten) < 2:
        return t("cart.late")
    first = min(stand.opdrachten, key=lambda item: item.vervalt_op)
    return _told(t, "cart.late.one", what=_what_of(first, t))


def _removes(stand: MandjeStand, t: Texts) -> dict[str, Markup]:
    """The words of the button that takes a betaalopdracht out, by its betaalkenmerk; the only one stays."""
    if len(stand.opdrachten) < 2:
        return {}
    return {item.betaalkenmerk: _told(t, "cart.remove", what=_what_of(item, t)) for item in stand.opdrachten}


def _news(stand: MandjeStand, t: Texts) -> list[News]:
    """What left the winkelmandje, as far as she should know it; of what was changed more than once the last change."""
    now = {item.betaalkenmerk: item for item in stand.opdrachten}
    told: list[News] = []
    seen: set[str] = set()
    for one in stand.departures:
        if one.successor in seen or (one.why is Why.REMOVED and not one.returnable):
            continue
        if one.successor:
            seen.add(one.successor)
            told.append(News(_changed(one, now[one.successor], t)))
        else:
            told.append(_left(one, t))
    return told


def _left(one: Departure, t: Texts) -> News:
    text = _told(
        t, _TELLS[one.why], what=_what(one.omschrijving, one.others, t), name=one.zender_naam, amount=one.totaal_cent
    )
    begins_again = one.why in (Why.EXPIRED, Why.REPLACED, Why.WITHDRAWN)
    return News(
        text,
        undo=one.betaalkenmerk if one.returnable else "",
        link=Link(one.zender_naam, one.terugkeer_url) if begins_again else None,
    )


def _changed(old: Departure, new: OpdrachtStand, t: Texts) -> Markup:
    key = "left.same" if old.totaal_cent == new.totaal_cent else "left.changed"
    return _told(t, key, what=_what_of(new, t), name=new.zender_naam, old=old.totaal_cent, amount=new.totaal_cent)


def _what_of(item: OpdrachtStand, t: Texts) -> Markup:
    return _what(item.regels[0].omschrijving, len(item.regels) - 1, t)


def _what(omschrijving: str, others: int, t: Texts) -> Markup:
    """A betaalopdracht by its first product, which is Dutch on every page and says so (WCAG 3.1.2)."""
    name = escape(omschrijving) if t.taal is Taal.NL else Markup('<span lang="nl">{}</span>').format(omschrijving)
    return _told(t, "cart.and_more", what=name) if others > 0 else name


def _told(t: Texts, key: str, **values: str | int) -> Markup:
    """A text in which values stand that others wrote: they are text, whatever is in them. Numbers are cents."""
    filled = {name: t.money(value) if isinstance(value, int) else value for name, value in values.items()}
    return escape(t(key)) % filled
