"""What happens at the PSP and the bank: attempts, money, second thoughts; and the notifications that tell the hub to ask."""

from __future__ import annotations

from datetime import timedelta

from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.ports import InboundHttp
from betaalhub.steps.hint import hint
from tests.simulation.psp_model import OPEN_FOR, Attempt, Order
from tests.simulation.world import World

_WAYS = ("pays", "thinks", "leaves", "cancels", "fails", "strange")
_THINKS = (PogingStatus.PENDING, PogingStatus.UNKNOWN)
_LATEST = timedelta(days=150)  # of a chargeback or a refund by hand, after the order was made


def _payable(world: World) -> list[Order]:
    now = world.clock()
    return [one for one in world.orders() if one.reached and not one.closed and now < one.made_at + OPEN_FOR]


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
    psp = world.psp_of(order)
    with psp.changing(order):
        attempt = psp.begin_attempt(order, methode, cents=max(1, cents), currency=currency)
        _goes(world, order, attempt, rng.choices(_WAYS, [5, 2, 2, 2, 2, 1])[0])
    return f"a citizen tries {methode} in order {order.command.reference}: {attempt.word} {attempt.amount_cents} {currency}"


def _goes(world: World, order: Order, attempt: Attempt, way: str) -> None:
    match way:
        case "pays":
            attempt.ends(PogingStatus.APPROVED, "APPROVED")
        case "thinks":
            attempt.ends(PogingStatus.PENDING, "PENDING")
            _ends_later(world, order, attempt, [2, 30, 600, 1_400])
        case "strange":
            attempt.ends(PogingStatus.UNKNOWN, "SOMETHING_NEW")
            _ends_later(world, order, attempt, [2, 30, 600])
        case "cancels":
            attempt.ends(PogingStatus.CANCELLED, "CANCELED")
        case "fails":
            attempt.ends(*world.rng.choice([(PogingStatus.FAILED, "FAILED"), (PogingStatus.ERROR, "ERROR")]))


def _ends_later(world: World, order: Order, attempt: Attempt, minutes: list[int]) -> None:
    """The bank makes up its mind, whatever the hub does meanwhile."""
    (way,) = world.rng.choices(["pays", "fails", "cancels"], [4, 1, 1])

    def end() -> None:
        if attempt.status in _THINKS:
            with world.psp_of(order).changing(order):
                _goes(world, order, attempt, way)

    world.clock.later(timedelta(minutes=world.rng.choice(minutes)), end)


def goes_on(world: World) -> str | None:
    """An attempt that was left open goes on after all, also when the order is closed and the bank was on its way."""
    waiting = [
        (order, one)
        for order in world.orders()
        for one in order.attempts
        if (one.status == PogingStatus.STARTED and world.clock() < order.made_at + OPEN_FOR)
        or (one.status in (PogingStatus.CANCELLED, PogingStatus.FAILED) and world.clock() < order.made_at + OPEN_FOR)
    ]
    if not waiting:
        return None
    order, attempt = world.rng.choice(waiting)
    was = attempt.word
    with world.psp_of(order).changing(order):
        if order.registered_cents == 0:
            order.registered_cents = order.command.amount_cents
        _goes(world, order, attempt, world.rng.choices(_WAYS, [5, 1, 0, 1, 1, 0])[0])
    return f"an attempt in order {order.command.reference} that was {was} is {attempt.word} after all"


def _with_money(world: World) -> list[tuple[Order, Attempt]]:
    now = world.clock()
    return [
        (order, one)
        for order in world.orders()
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
    with world.psp_of(order).changing(order):
        world.psp_of(order).gives_back(order, attempt, cents, None)
    return f"somebody gives {cents} cents of order {order.command.reference} back in the back office of the PSP"


def takes_back(world: World) -> str | None:
    """A bank takes money back (terugboeking), or gives up that it did."""
    taken = [
        (order, one) for order in world.orders() for one in order.terugboekingen if one.status == BewegingStatus.DONE
    ]
    if taken and world.rng.random() < 0.5:
        order, movement = world.rng.choice(taken)
        with world.psp_of(order).changing(order):
            movement.status = BewegingStatus.FAILED
        return f"the bank gives terugboeking {movement.psp_id} of order {order.command.reference} up"
    found = _with_money(world)
    if not found:
        return None
    order, attempt = world.rng.choice(found)
    cents = world.rng.choice([order.left(attempt), max(1, order.left(attempt) // 2)])
    with world.psp_of(order).changing(order):
        world.psp_of(order).takes_back(order, attempt, cents)
    return f"the bank takes {cents} cents of order {order.command.reference} back"


def reverses(world: World) -> str | None:
    """The PSP takes its own approval back: it contradicts itself."""
    found = [(order, one) for order, one in _with_money(world) if order.left(one) == one.money]
    if not found:
        return None
    order, attempt = world.rng.choice(found)
    with world.psp_of(order).changing(order):
        attempt.reversed_cents = attempt.approved_cents
    return f"the PSP reverses the approval of an attempt in order {order.command.reference}"


def notifies(world: World) -> str | None:
    """A notification of the PSP comes in, in any order."""
    if not world.notifications:
        return None
    account, reference = world.notifications.pop(world.rng.randrange(len(world.notifications)))
    hint(world.hub, account, InboundHttp("GET", f"/notificatie/{account}", {"reference": reference}, {}, b""))
    return f"the PSP notifies about order {reference}"
