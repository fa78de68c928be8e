"""Until when a message is fresh: the Timestamp of WS-Security, and the Created of a UsernameToken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from betaalhub.wire.wss_faults import expired, insecure
from betaalhub.wire.wss_names import WSU

# BSP 1.1, R3217 and R3220: xs:dateTime in UTC, written with Z; zeep writes +00:00 in a UsernameToken.
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|\+00:00)")
_CREATED, _EXPIRES = WSU + "Created", WSU + "Expires"


@dataclass(frozen=True, slots=True)
class Window:
    """How old a message may be, and how far the clock of its sender may differ from ours."""

    age: timedelta = timedelta(minutes=5)
    skew: timedelta = timedelta(minutes=1)

    def until(self, created: datetime, expires: datetime | None, now: datetime) -> datetime | None:
        """Until when (UTC) a message can still be accepted by any process of ours; None when it can not be accepted now."""
        end = created + self.age if expires is None else min(expires, created + self.age)
        if not created - self.skew <= now < end + self.skew:
            return None
        return end + 2 * self.skew  # another process may have a clock that is a little behind


def check_timestamp(timestamp: etree._Element, window: Window, now: datetime) -> datetime:
    """Until when the message can be accepted, by its Timestamp: Created (required), then Expires (may be left out). Raises WireFault."""
    tags = [child.tag for child in timestamp]
    if tags not in ([_CREATED], [_CREATED, _EXPIRES]):
        text = "Een Timestamp heeft precies één Created en daarna hooguit één Expires."
        raise insecure(text, timestamp, at="/Timestamp")
    created, *rest = (moment(child, at="/Timestamp") for child in timestamp)
    if rest and rest[0] <= created:
        raise insecure("Expires moet na Created liggen.", timestamp, at="/Timestamp")
    return check_fresh(timestamp, window, now, created=created, expires=rest[0] if rest else None)


def check_fresh(
    node: etree._Element, window: Window, now: datetime, *, created: datetime, expires: datetime | None = None
) -> datetime:
    """Until when a message of these moments can be accepted. Raises WireFault BERICHT_VERLOPEN when it can not be accepted now."""
    until = window.until(created, expires, now)
    if until is None:
        raise expired(f"Created mag hooguit {int(window.age.total_seconds())} seconden oud zijn, Expires mag niet voorbij zijn, en de klokken moeten gelijk lopen.", node)  # fmt: skip
    return until


def moment(node: etree._Element, *, at: str) -> datetime:
    """The time (UTC) in Created or Expires. Raises WireFault when it is not one in UTC."""
    match = _MOMENT.fullmatch((node.text or "").strip()) if not len(node) else None
    try:
        whole = datetime.fromisoformat(match[1]) if match else None
    except ValueError:
        whole = None
    if match is None or whole is None or not 2000 <= whole.year <= 9000:
        raise insecure("Een tijdstip moet in UTC staan, bijvoorbeeld 2026-11-23T13:30:00Z.", node, at=at)
    return whole.replace(tzinfo=UTC, microsecond=int((match[2] or "0").ljust(9, "0")[:6]))
