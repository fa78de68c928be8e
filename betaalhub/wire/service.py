"""How a service is declared: its operations, its messages, and types that keep their names.

Import Spyne's types from here, not from `spyne`: on Python 3.12 and later Spyne loads only after `betaalhub.wire`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from spyne import (
    AnyUri,
    Boolean,
    ComplexModel,
    Date,
    DateTime,
    Decimal,
    Fault,
    Int,
    Integer,
    Long,
    ServiceBase,
    SimpleModel,
    Unicode,
    rpc,
)
from spyne.model.complex import XmlAttribute, XmlData
from spyne.model.enum import Enum

from betaalhub.wire.schema_index import XS_NAMESPACE

__all__ = [
    "AnyUri",
    "Boolean",
    "ComplexModel",
    "Date",
    "DateTime",
    "Decimal",
    "Fault",
    "Int",
    "Integer",
    "Long",
    "ServiceBase",
    "Unicode",
    "attribute",
    "enumeration",
    "named",
    "operation",
    "optional",
    "own_text",
    "repeated",
    "required",
]


def operation(request: type, response: type, *, faults: Iterable[type] = ()) -> Callable[[Callable[..., Any]], Any]:
    """Declares an operation: the decorated `def Name(ctx, request)` gets a `request` object and returns a `response`.

    On the wire this is document/literal wrapped: the request's type name is the element. `ctx.udc` is the Exchange,
    so `ctx.udc.caller` is who calls. `faults` are the typed faults that the contract names.
    """
    decorate: Callable[[Callable[..., Any]], Any] = rpc(
        request, _returns=response, _body_style="bare", _throws=list(faults)
    )
    return decorate


def named(name: str, base: Any, *, namespace: str, **facets: Any) -> Any:
    """A named simple type: `named("Kenmerk", Unicode, namespace=TYP, max_len=40, pattern="[A-Z]+")`."""
    return base.customize(type_name=name, __namespace__=namespace, **facets)


def enumeration(name: str, values: Iterable[str], *, namespace: str) -> Any:
    """A named enumeration of texts; an object carries the plain text (a StrEnum member will do)."""
    kind = Enum(*values, type_name=name)
    kind.__namespace__ = namespace
    return kind


def required(kind: Any, **facets: Any) -> Any:
    """A member that occurs once and is not nillable: neither is Spyne's default."""
    return _occurring(kind, min_occurs=1, **facets)


def optional(kind: Any, **facets: Any) -> Any:
    """A member that may be left out, and may not be nil."""
    return _occurring(kind, min_occurs=0, **facets)


def repeated(kind: Any, *, at_least: int, at_most: int | None) -> Any:
    """A repeated element without array wrapper; `at_most` None is unbounded."""
    return _occurring(kind, min_occurs=at_least, max_occurs="unbounded" if at_most is None else at_most)


def attribute(kind: Any, *, required: bool = False) -> Any:
    """An XML attribute of the element that the object becomes."""
    return XmlAttribute(kind, use="required" if required else None)


def own_text(kind: Any) -> Any:
    """The text of the element itself, beside its attributes (simple content)."""
    return XmlData(kind)


def _occurring(kind: Any, **facets: Any) -> Any:
    """Customising a type makes an anonymous one, unless its name is given again."""
    if issubclass(kind, SimpleModel) and kind.__namespace__ not in (None, XS_NAMESPACE):
        facets.setdefault("type_name", kind.get_type_name())
    return kind.customize(nillable=False, **facets)
