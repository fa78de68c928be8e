"""The scripts with which an Oracle administrator makes the register by hand: made from the migrations and the tables.

What an application user may do with each table stands here as RIGHTS. The tests hold every statement of the hub against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from textwrap import wrap
from types import MappingProxyType

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint

from betaalhub.errors import ConfigurationError
from betaalhub.storage.database_schema import migration_sql, revisions
from betaalhub.storage.tables import METADATA

_S = ("SELECT",)
_SI = (*_S, "INSERT")
_SID = (*_SI, "DELETE")
_SIU = (*_SI, "UPDATE")
_SIUD = (*_SIU, "DELETE")

# Per table what the hub, its worker and its commands do, and not a right more. `betaalhub migrate` is for the owner.
RIGHTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alembic_version": _S,
        "aansluiting": _SIU,
        "aansluiting_zender": _SID,
        "administratie": _SIU,
        "antwoord": _SI,
        "betaalmethode": _SIU,
        "betaalopdracht": _SIU,
        "betaling": _SIU,
        "bewijs": _SIU,
        "boekingsbatch": _SIU,
        "boekingsleutel": _SIU,
        "boekingsregel": _SID,
        "circuit": _SIUD,
        "gebeurtenis": _SI,
        "gezien": _SIUD,
        "journaalpost": _SIU,
        "kenmerk": _SI,
        "limiet": _SIUD,
        "mail": _SIU,
        "outbox": _SIUD,
        "product": _SIU,
        "productgroep": _SIU,
        "productregel": _SIU,
        "psp_account": _SIU,
        "registratie": _SI,
        "terugbetaling": _SIU,
        "terugbetaling_regel": _SIUD,
        "terugboeking": _SIU,
        "terugboeking_regel": _SI,
        "terugkeer_adres": _SID,
        "toewijzing": _SIU,
        "uitval": _SIU,
        "wijziging": _SIU,
        "wijziging_teller": _SIU,
        "winkelmandje": _SIU,
        "zender": _SIU,
        "zender_operatie": _SID,
        "zender_product": _SID,
    }
)

# Tables that grow for ever, with the moment by which they could be cut in months.
_BY_MONTH = MappingProxyType(
    {"betaalopdracht": "aangemaakt_op", "gebeurtenis": "tijdstip", "antwoord": "tijdstip", "wijziging": "tijdstip"}
)

_STOP = "WHENEVER SQLERROR EXIT FAILURE ROLLBACK\n"

# `sqlplus / as sysdba` lands in the root of a container database, where our users can not be made and nothing of ours belongs.
_IN_PDB = (
    "BEGIN\n    IF SYS_CONTEXT('USERENV', 'CON_NAME') = 'CDB$ROOT' THEN\n"
    "        RAISE_APPLICATION_ERROR(-20000, 'Meld u aan in de PDB van Betaalhub: sqlplus sys@pdb as sysdba');\n"
    "    END IF;\nEND;\n/\n"
)


def oracle_scripts(*, since: str | None = None) -> dict[str, str]:
    """Every script by its file name. With `since` only the revisions after it, and what has to be done again then.

    ConfigurationError when there is no such revision.
    """
    made = dict(_tables(since))
    made["03-rechten.sql"] = _rights()
    made["03-synoniemen.sql"] = _synonyms()
    if since is None:
        for name in ("01-eigenaar.sql", "03-bewaking.sql", "04-afstemmen.sql"):
            text = (files("betaalhub.storage") / "oracle_ddl" / name).read_text(encoding="utf-8")
            made[name] = text.replace("{pdb}\n", _IN_PDB)
        made["04-partities.sql"] = _partitions()
        made["99-ongedaan.sql"] = _undo()
    made["05-controle.sql"] = _checks()
    return dict(sorted(made.items()))


def _tables(since: str | None) -> Iterator[tuple[str, str]]:
    known = [revision for revision, _ in revisions()]
    if since is not None and since not in known:
        raise ConfigurationError(f"De revisie {since} bestaat niet; kies een van {', '.join(known)}")
    before = None
    for revision, what in revisions():
        if since is None or known.index(revision) > known.index(since):
            yield f"02-{revision}.sql", _revision(before, revision, what)
        before = revision


def _revision(before: str | None, revision: str, what: str) -> str:
    script = migration_sql("oracle", since=before or "base", until=revision)
    statements = [part.strip() for part in script.split("\n\n/\n")]
    lines = [_without_comments(part) for part in statements]
    steps = [line for line in lines if line and line != "COMMIT"]
    body = "".join(f"PROMPT {revision} stap {n} van {len(steps)}\n{step}\n/\n\n" for n, step in enumerate(steps, 1))
    order = "op een leeg schema" if before is None else f"na 02-{before}.sql"
    return (
        f"-- 02  Revisie {revision}: {what}\n"
        f"--     Draai dit als de eigenaar, {order}, eenmaal. Gemaakt door: betaalhub ddl oracle\n"
        "--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die\n"
        "--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)\n\n"
        f"{_STOP}SET DEFINE OFF SQLBLANKLINES ON\nALTER SESSION SET DDL_LOCK_TIMEOUT = 60;\n\n"
        f"{_expects(before)}{body}COMMIT;\nEXIT\n"
    )


def _without_comments(part: str) -> str:
    kept = [line.rstrip() for line in part.splitlines() if not line.startswith("--")]
    return "\n".join(kept).strip()


def _expects(before: str | None) -> str:
    """Stops when the register is not at the revision before."""
    if before is None:
        return ""
    return (
        "DECLARE\n    stand VARCHAR2(32);\nBEGIN\n    SELECT version_num INTO stand FROM alembic_version;\n"
        f"    IF stand <> '{before}' THEN\n"
        f"        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op {before}');\n"
        "    END IF;\nEND;\n/\n\n"
    )


def _rights() -> str:
    grants = "".join(f"GRANT {', '.join(rights)} ON {table} TO &toepassing;\n" for table, rights in RIGHTS.items())
    return (
        "-- 03  Wat de gebruiker van de hub met elke tabel mag: wat zij doet, voor zover een test het uitvoert.\n"
        "--     Op wat geld of bewijs is, is er geen DELETE, behalve op de regels van een journaalpost die opnieuw wordt gemaakt\n"
        "--     en van een terugbetaling waarvoor niets over is. Op gebeurtenis, kenmerk, antwoord en registratie is er ook geen\n"
        "--     UPDATE. Heten uw gebruikers anders: verander ook hier de naam hieronder, na elke nieuwe versie opnieuw.\n"
        "--     Draai dit als de eigenaar, na de scripts 02; ook na elke nieuwe versie. Mag altijd opnieuw.\n"
        "--     SELECT en geen READ: de hub zet rijen op slot (SELECT … FOR UPDATE).\n\n"
        f"{_STOP}SET VERIFY OFF\nDEFINE toepassing = BETAALHUB_APP\n\n{grants}EXIT\n"
    )


def _synonyms() -> str:
    made = "".join(f"CREATE OR REPLACE SYNONYM &toepassing..{name} FOR &eigenaar..{name};\n" for name in sorted(RIGHTS))
    return (
        "-- 03  Naar keuze: synoniemen, zodat de gebruiker van de hub de tabellen zonder schemanaam vindt.\n"
        "--     Niet nodig met de instelling BETAALHUB_ORACLE_SCHEMA=BETAALHUB (aanbevolen: er kan er geen vergeten worden).\n"
        "--     Draai dit als beheerder (CREATE ANY SYNONYM) in de PDB van Betaalhub; ook na elke nieuwe versie:\n"
        "--         sqlplus sys@pdb as sysdba @03-synoniemen.sql\n"
        "--     Heten uw gebruikers anders: verander ook hier de namen hieronder, na elke nieuwe versie opnieuw.\n\n"
        f"{_STOP}SET VERIFY OFF\nDEFINE eigenaar = BETAALHUB\nDEFINE toepassing = BETAALHUB_APP\n\n{_IN_PDB}\n{made}EXIT\n"
    )


def _partitions() -> str:
    parts = "".join(_partitioned(METADATA.tables[name], column) for name, column in _BY_MONTH.items())
    return (
        "-- 04  Naar keuze: partities per maand (interval). Vraagt de optie Partitioning, en Oracle 12.2 of later.\n"
        "--     De hub heeft dit niet nodig: haar vragen gaan over een sleutel of een periode met een index. Het helpt u bij\n"
        "--     statistieken, compressie of verplaatsen van oude maanden. Onder 5 miljoen betaalopdrachten: niet doen.\n"
        "--     Primaire en unieke sleutels blijven GLOBAL: een LOCAL unieke index moet de tijd bevatten (ORA-14039). Wie een\n"
        "--     partitie verwijdert of verplaatst, moet ze bijwerken (UPDATE INDEXES); de hub zelf verwijdert nooit iets.\n"
        "--     Draai dit als de eigenaar, op een rustig moment; er is tijdelijk plaats nodig voor een kopie van elke tabel.\n\n"
        f"{_STOP}SET VERIFY OFF\nDEFINE eerste_maand = 2027-01-01\n\n{parts}EXIT\n"
    )


def _partitioned(table: Table, column: str) -> str:
    keys = [item for item in table.constraints if isinstance(item, (PrimaryKeyConstraint, UniqueConstraint))]
    indexes = [f"{key.name} GLOBAL" for key in sorted(keys, key=lambda key: str(key.name))]
    indexes += [f"{index.name} {_place(index, column)}" for index in sorted(table.indexes, key=lambda i: str(i.name))]
    listed = ",\n        ".join(indexes)
    return (
        f"ALTER TABLE {table.name} MODIFY PARTITION BY RANGE ({column}) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))\n"
        f"    (PARTITION p_begin VALUES LESS THAN (TIMESTAMP '&eerste_maand 00:00:00'))\n"
        f"    ONLINE UPDATE INDEXES (\n        {listed}\n    );\n\n"
    )


def _place(index: Index, column: str) -> str:
    return "LOCAL" if column in index.columns and not index.unique else "GLOBAL"


def _checks() -> str:
    constraints = [str(c.name) for table in METADATA.sorted_tables for c in table.constraints if c.name]
    indexes = [str(index.name) for table in METADATA.sorted_tables for index in table.indexes]
    text = (files("betaalhub.storage") / "oracle_ddl" / "05-controle.sql").read_text(encoding="utf-8")
    for place, names in (
        ("{tabellen}", [*METADATA.tables, "alembic_version"]),
        ("{beperkingen}", constraints),
        ("{indexen}", indexes),
    ):
        text = text.replace(place, _listed(names))
    return text.replace("{revisie}", revisions()[-1][0])


def _listed(names: list[str]) -> str:
    """The names as literals, as Oracle spells them, in lines that SQL*Plus can hold."""
    quoted = ", ".join(f"'{name.upper()}'" for name in sorted(names))
    return "\n".join(wrap(quoted, 118, initial_indent="    ", subsequent_indent="    "))


def _undo() -> str:
    tables = [table.name for table in reversed(METADATA.sorted_tables)] + ["alembic_version"]
    drops = "".join(f"DROP TABLE {name} CASCADE CONSTRAINTS PURGE;\n" for name in tables)
    return (
        "-- 99  Ongedaan: verwijdert het hele register, met alles erin, en zonder prullenbak. Alleen voor een omgeving die u weg\n"
        "--     wilt hebben: er is geen weg terug dan een back-up.\n"
        "--     Een afzonderlijke revisie terugdraaien: docs/backup.md zegt welke dat kunnen, en wat er verloren gaat.\n"
        "--     Draai dit als de eigenaar. Daarna kan de beheerder: DROP USER BETAALHUB_APP CASCADE;\n"
        "--     DROP USER BETAALHUB CASCADE; DROP TABLESPACE BETAALHUB INCLUDING CONTENTS AND DATAFILES;\n\n"
        "SET VERIFY OFF\nWHENEVER SQLERROR EXIT FAILURE ROLLBACK\n"
        "ACCEPT zeker CHAR PROMPT 'Typ VERWIJDER ALLES om door te gaan: '\n"
        "BEGIN\n    IF '&zeker' = 'VERWIJDER ALLES' THEN\n        NULL;\n"  # only Enter is NULL, which is not <> anything
        "    ELSE\n        RAISE_APPLICATION_ERROR(-20000, 'Er is niets verwijderd');\n    END IF;\nEND;\n/\n\nWHENEVER SQLERROR CONTINUE\n"
        f"{drops}DROP TABLE betaalhub_migratie PURGE;\nEXIT\n"
    )
