"""What happens at the PSP and the bank: attempts, money, second thoughts; and the notifications that tell the hub to ask."""

from __future__ import annotations

from datetime import timedelta

from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.ports import InboundHttp
from betaalhub.steps.hint import hint
from tests.simulation.psp_model import OPEN_FOR, Attempt, Order, PspModel
from tests.simulation.world import ACCOUNT, World

_THINKS = (PogingStatus.PENDING, PogingStatus.UNKNOWN)
_LATEST = timedelta(days=150)  # of a chargeback or a refund by hand, after the order was made


def psp_of(world: World) -> PspModel:
    return world.psps[ACCOUNT]


def _payable(world: World) -> list[Order]:
    now = world.clock()
    return [
        one for one in psp_of(world).orders.values() if one.reached and not one.closed and now < one.made_at + OPEN_FOR
    ]


def attempts(world: World) -> str | None:
    """A citizen chooses a way to pay on the PSP's page, perhaps beside another attempt; it ends at once, later or never."""
    orders = _payable(world)
    if not orders:
        return None
    order, rng = world.rng.choice(orders[-4:]), world.rng
    methode = rng.choice(["IDEAL", "CREDITCARD"])
    cents, currency = order.command.amount_cents, "EUR"
    if world.line.hits(world.profile.differs):
        cents, currency = rng.choice([(cents - 1, "EUR"), (cents + 500, "EUR"), (cents, "USD")])
    psp = psp_of(world)
    with psp.changing(order):
        attempt = psp.begin_attempt(order, methode, cents=max(1, cents), currency=currency)
        _goes(world, attempt, rng.choices(["pays", "thinks", "leaves", "cancels", "fails", "strange"], [6, 2, 2, 1, 1, 1]))
    return f"a citizen tries {methode} in order {order.command.reference}: {attempt.word} {attempt.amount_cents} {currency}"


def _goes(world: World, attempt: Attempt, ways: list[str]) -> None:
    match ways[0]:
        case "pays":
            approve(attempt)
        case "thinks":
            attempt.status, attempt.word = PogingStatus.PENDING, "PENDING"
            attempt.ends_at = world.clock() + timedelta(minutes=world.rng.choice([2, 30, 600, 1400]))
        case "cancels":
            attempt.status, attempt.word = PogingStatus.CANCELLED, "CANCELED"
        case "fails":
            attempt.status, attempt.word = world.rng.choice(
                [(PogingStatus.FAILED, "FAILED"), (PogingStatus.ERROR, "ERROR")]
            )
        case "strange":
            attempt.status, attempt.word = PogingStatus.UNKNOWN, "SOMETHING_NEW"
            attempt.ends_at = world.clock() + timedelta(minutes=world.rng.choice([2, 30, 600]))


def approve(attempt: Attempt) -> None:
    """The acquirer guarantees the money."""
    attempt.status, attempt.word, attempt.approved_cents = PogingStatus.APPROVED, "APPROVED", attempt.amount_cents


def goes_on(world: World) -> str | None:
    """An attempt that was left open goes on after all, also when the order is closed and the bank was on its way."""
    waiting = [
        (order, one)
        for order in psp_of(world).orders.values()
        for one in order.attempts
        if (one.status == PogingStatus.STARTED and world.clock() < order.made_at + OPEN_FOR)
        or (one.status in (PogingStatus.CANCELLED, PogingStatus.FAILED) and world.clock() < order.made_at + OPEN_FOR)
    ]
    if not waiting:
        return None
    order, attempt = world.rng.choice(waiting[-5:])
    was = attempt.word
    with psp_of(world).changing(order):
        if order.registered_cents == 0:
            order.registered_cents = order.command.amount_cents
        _goes(world, attempt, world.rng.choices(["pays", "thinks", "cancels", "fails"], [5, 1, 1, 1]))
    return f"an attempt in order {order.command.reference} that was {was} is {attempt.word} after all"


def settles(world: World) -> str | None:
    """What the bank still thought about comes to its end."""
    now = world.clock()
    for order in psp_of(world).orders.values():
        ready = [one for one in order.attempts if one.status in _THINKS and one.ends_at and one.ends_at <= now]
        moved = [one for one in order.refunds if one.status == BewegingStatus.PENDING and one.ends_at <= now]
        if ready:
            with psp_of(world).changing(order):
                _goes(world, ready[0], world.rng.choices(["pays", "fails", "cancels"], [4, 1, 1]))
            return f"the bank ends an attempt in order {order.command.reference}: {ready[0].word}"
        if moved:
            with psp_of(world).changing(order):
                moved[0].status = world.rng.choice([BewegingStatus.DONE] * 4 + [BewegingStatus.FAILED])
            return f"refund {moved[0].psp_id} in order {order.command.reference} is {moved[0].status}"
    return None


def _with_money(world: World) -> list[tuple[Order, Attempt]]:
    now = world.clock()
    return [
        (order, one)
        for order in psp_of(world).orders.values()
        for one in order.attempts
        if one.currency == "EUR" and order.left(one) > 0 and now < order.made_at + _LATEST
    ]


def gives_back_by_hand(world: World) -> str | None:
    """Somebody at the municipality gives money back in the PSP's own back office."""
    found = _with_money(world)
    if not found:
        return None
    order, attempt = world.rng.choice(found)
    left = order.left(attempt)
    cents = world.rng.choice([left, max(1, left // 2), 1])
    with psp_of(world).changing(order):
        made = psp_of(world).gives_back(order, attempt, cents, None)
        made.status = world.rng.choice([BewegingStatus.DONE, BewegingStatus.PENDING])
    return f"somebody gives {cents} cents of order {order.command.reference} back in the back office of the PSP"


def takes_back(world: World) -> str | None:
    """A bank takes money back (terugboeking), or gives up that it did."""
    taken = [
        (order, one)
        for order in psp_of(world).orders.values()
        for one in order.terugboekingen
        if one.status == BewegingStatus.DONE
    ]
    if taken and world.rng.random() < 0.5:
        order, movement = world.rng.choice(taken)
        with psp_of(world).changing(order):
            movement.status = BewegingStatus.FAILED
        return f"the bank gives terugboeking {movement.psp_id} of order {order.command.reference} up"
    found = _with_money(world)
    if not found:
        return None
    order, attempt = world.rng.choice(found)
    cents = world.rng.choice([order.left(attempt), max(1, order.left(attempt) // 2)])
    with psp_of(world).changing(order):
        psp_of(world).takes_back(order, attempt, cents)
    return f"the bank takes {cents} cents of order {order.command.reference} back"


def reverses(world: World) -> str | None:
    """The PSP takes its own approval back: it contradicts itself."""
    found = [(order, one) for order, one in _with_money(world) if order.left(one) == one.money]
    if not found:
        return None
    order, attempt = world.rng.choice(found)
    with psp_of(world).changing(order):
        attempt.reversed_cents = attempt.approved_cents
    return f"the PSP reverses the approval of an attempt in order {order.command.reference}"


def notifies(world: World) -> str | None:
    """A notification of the PSP comes in, in any order."""
    if not world.notifications:
        return None
    account, reference = world.notifications.pop(world.rng.randrange(len(world.notifications)))
    hint(world.hub, account, InboundHttp("GET", f"/notificatie/{account}", {"reference": reference}, {}, b""))
    return f"the PSP notifies about order {reference}"
