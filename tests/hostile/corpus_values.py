"""Hostile values, by kind of element: what a field of a message may hold that looks almost right."""

from __future__ import annotations

NUMBERS = (
    "0", "-1", "+-1", "1.0", "1e0", "1E3", "0x1", "1_0", "١", "１", "²", "NaN", "INF", "-INF", "1 2", "1,0", "", " ", "--1",
    "99999999999999999999999999", "-99999999999999999999999999", "2147483648", "-2147483649", "1" * 5000, "true", "null",
    "None", "1;", "\u00a01", "1\u200b", "𝟙",
)  # fmt: skip
MOMENTS = (
    "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T23:59:60Z", "2026-01-01T25:00:00Z",
    "12026-01-01T00:00:00Z", "-2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z",
    "2026-01-01", "2026-01-01 00:00:00", "2026-01-01T00:00:00+15:00", "2026-01-01T00:00:00+14:01", "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00.Z", "2026-1-1T0:0:0Z", "1767225600", "now", "", "2026-W01-1",
    "20260101T000000Z", "２０２６-01-01T00:00:00Z", "2026-01-01T00:00Z", "2025-02-29T00:00:00Z", "2026-01-01T00:00:00z",
)  # fmt: skip
CODES = (
    "", " ", "x y", "'", "\"", "../../etc/passwd", "a\tb", "a\nb", "café", "A" * 41, "%00", "a;b", "<b>", "${jndi:ldap://x}",
    "' OR 1=1 --", "a\u0301", "\u200fA", "А", "\u00a0A", "-A",
)  # fmt: skip
TEXTS = (
    "", " vooraan", "x" * 141, "regel\nregel", "tab\tje", "\u2028", "\u202e", "\u200b", "a\u00adb", "\ufeffa", "\U0001f600", "\x85", "\x9b31m",
    "\u2066x\u2069", "\ue000", "\U0010ffff",
)  # fmt: skip
ADDRESSES = (
    "javascript:alert(1)", "file:///etc/passwd", "//evil.example", "http://", "http:///x", "https://evil.example\\@127.0.0.1:8093/terug/",
    "http://127.0.0.1:8093@evil.example/terug/1", "http://127.0.0.1:8093.evil.example/terug/1", "http://evil.example/http://127.0.0.1:8093/terug/1",
    "http://127.0.0.1:8093/terug/../weg", "http://127.0.0.1:8093/terug/%2e%2e/weg", "http://127.0.0.1:8093/terug/%0d%0aSet-Cookie:x",
    "HTTP://127.0.0.1:8093/terug/1", "http://127.0.0.1:8093/terug/ 1", "http://127.0.0.1:8093/terug/é", "ftp://127.0.0.1:8093/terug/1",
    "http://127.0.0.1:8093/terug/" + "x" * 500, "http://[::1]/terug/", "http://127.0.0.1:8093/TERUG/1", "data:text/html,x", "",
    "http://127.0.0.1:8093/terug/1\u2028",
)  # fmt: skip

BY_ELEMENT = {
    "Aantal": (*NUMBERS, "-0", "10000"), "BedragInCenten": NUMBERS, "Regelnummer": NUMBERS, "TotaalInCenten": NUMBERS,
    "Kenmerk": CODES, "Productcode": CODES, "Omschrijving": TEXTS, "TerugkeerUrl": ADDRESSES,
}  # fmt: skip
