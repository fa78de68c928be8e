"""What happens to a betaalopdracht: short stories, told by the real flows, that stop for a picture wherever a register may stand.

Each is a generator of pictures: the name of the kind, and until which age (from the first moment on) a register may look so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import LeveringStatus
from betaalhub.generate.course import Course

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_EVER = timedelta(days=20_000)


@dataclass(frozen=True, slots=True)
class Picture:
    """The register as it stands now, plausible until this age."""

    kind: str
    until: timedelta = _EVER


Story = Callable[[Course], Iterator[Picture]]


def paid(course: Course) -> Iterator[Picture]:
    """Paid at once, told, booked, delivered, asked about for half a year."""
    one = course.offers(regels=course.rng.choice((1, 1, 1, 2, 2, 3, 5)))
    yield Picture("open", 13 * DAY)
    course.waits(course.rng.randrange(1, 15) * MINUTE)
    reference = course.pays(one)
    yield Picture("in_betaling", 18 * MINUTE)
    course.waits(2 * MINUTE)
    course.answers(reference, PogingStatus.APPROVED)
    yield Picture("betaald", DAY)
    course.works_until(26 * HOUR)
    if course.rng.random() < 0.6:
        course.delivers(one, LeveringStatus.GELEVERD)
    yield Picture("betaald", 181 * DAY)
    course.works_until(182 * DAY)
    yield Picture("betaald")


def paid_at_the_second_try(course: Course) -> Iterator[Picture]:
    """The first attempt fails or is broken off."""
    one = course.offers(regels=1)
    course.waits(MINUTE)
    course.answers(course.pays(one), course.rng.choice((PogingStatus.CANCELLED, PogingStatus.FAILED)))
    course.waits(5 * MINUTE)
    course.answers(course.pays(one), PogingStatus.APPROVED)
    course.works_until(2 * DAY)
    yield Picture("tweede_poging")


def paid_together(course: Course) -> Iterator[Picture]:
    """Two or three betaalopdrachten in one winkelmandje."""
    first = course.offers(regels=2)
    others = [course.offers(regels=1, beside=first) for _ in range(course.rng.choice((1, 1, 2)))]
    for other in others:
        course.joins(other, first)
    course.waits(4 * MINUTE)
    course.answers(course.pays(first), PogingStatus.APPROVED)
    course.works_until(2 * DAY)
    yield Picture("samen")


def expired(course: Course) -> Iterator[Picture]:
    """Nobody ever paid; once somebody tried."""
    one = course.offers(regels=1)
    if course.rng.random() < 0.5:
        course.answers(course.pays(one), PogingStatus.CANCELLED)
    course.works_until(15 * DAY)
    yield Picture("verlopen")


def withdrawn(course: Course) -> Iterator[Picture]:
    """The product system takes it back."""
    one = course.offers(regels=1)
    course.waits(3 * HOUR)
    course.withdraws(one)
    course.works_until(15 * DAY)
    yield Picture("ingetrokken")


def at_the_counter(course: Course) -> Iterator[Picture]:
    """Paid at the counter of the dienst."""
    one = course.offers(regels=1)
    course.waits(20 * MINUTE)
    course.registers(one)
    course.works_until(2 * DAY)
    yield Picture("balie")


def given_back(course: Course) -> Iterator[Picture]:
    """Paid, and after some days the product system asks all of it back; a second person approves."""
    one = course.is_paid(regels=2)
    course.works_until(5 * DAY)
    course.asks_back(one)
    course.waits(course.rng.randrange(1, 30) * HOUR)
    course.approves(one)
    course.works_until(9 * DAY)
    yield Picture("terugbetaald")


def given_back_in_part(course: Course) -> Iterator[Picture]:
    """Paid, and one productregel goes back; a second person approves."""
    one = course.is_paid(regels=3)
    course.works_until(3 * DAY)
    course.asks_back(one, regel=1)
    course.waits(course.rng.randrange(1, 30) * HOUR)
    course.approves(one)
    course.works_until(7 * DAY)
    yield Picture("deels_terugbetaald")


def taken_back(course: Course) -> Iterator[Picture]:
    """The bank takes it back: an uitval waits."""
    one = course.is_paid(regels=1)
    course.works_until(20 * DAY)
    course.is_taken_back(one)
    yield Picture("teruggeboekt")


def paid_late(course: Course) -> Iterator[Picture]:
    """It was withdrawn when the money came; later a person accepts it."""
    one = course.offers(regels=1)
    reference = course.pays(one)
    course.works_until(HOUR)
    course.withdraws(one)
    course.answers(reference, PogingStatus.APPROVED)
    yield Picture("laat_betaald")
    course.works_until(3 * DAY)
    course.resolves()
    course.works_until(8 * DAY)
    yield Picture("laat_betaald_opgelost")


def paid_twice(course: Course) -> Iterator[Picture]:
    """An attempt that was given up turns out to be paid after another one was."""
    one = course.offers(regels=1)
    given_up = course.pays(one)
    course.works_until(HOUR)
    course.answers(course.pays(one), PogingStatus.APPROVED)
    course.works_until(2 * HOUR)
    course.answers(given_up, PogingStatus.APPROVED)
    yield Picture("dubbel_betaald")


def cannot_be_delivered(course: Course) -> Iterator[Picture]:
    """What is paid can not be delivered: an uitval waits."""
    one = course.is_paid(regels=1)
    course.works_until(2 * DAY)
    course.delivers(one, LeveringStatus.NIET_LEVERBAAR)
    yield Picture("niet_leverbaar")


def rejected_by_the_erp(course: Course) -> Iterator[Picture]:
    """The ERP takes one journaalpost not: an uitval waits."""
    course.erp.refuses = True
    course.is_paid(regels=1)
    course.erp.refuses = False
    yield Picture("boeking_afgekeurd")


STORIES: tuple[Story, ...] = (
    paid,
    paid_at_the_second_try,
    paid_together,
    expired,
    withdrawn,
    at_the_counter,
    given_back,
    given_back_in_part,
    taken_back,
    paid_late,
    paid_twice,
    cannot_be_delivered,
    rejected_by_the_erp,
)

# How often each kind comes, among what is possible at an age.
SHARES: Mapping[str, float] = MappingProxyType(
    {
        "open": 3.0,
        "in_betaling": 20.0,
        "betaald": 78.0,
        "tweede_poging": 5.0,
        "samen": 3.0,
        "verlopen": 5.0,
        "ingetrokken": 2.0,
        "balie": 3.0,
        "terugbetaald": 1.2,
        "deels_terugbetaald": 0.6,
        "teruggeboekt": 0.1,
        "laat_betaald": 0.05,
        "laat_betaald_opgelost": 0.15,
        "dubbel_betaald": 0.1,
        "niet_leverbaar": 0.1,
        "boeking_afgekeurd": 0.05,
    }
)
