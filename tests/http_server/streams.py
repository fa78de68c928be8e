"""Requests as strangers send them: good ones, and good ones with something changed, put in, left out or said twice."""

from __future__ import annotations

from hypothesis import strategies as st

BODY = b"<x>" + b"a" * 40 + b"</x>"
GOOD = (
    b"POST /soap/v1 HTTP/1.1\r\nHost: hub.example\r\nContent-Type: text/xml; charset=utf-8\r\n"
    b'SOAPAction: ""\r\nContent-Length: %d\r\n\r\n%b' % (len(BODY), BODY),
    b"GET /nl/winkelmandje/abc%20d?x=1&y=%41 HTTP/1.1\r\nHost: hub.example:8080\r\nCookie: a=b\r\nAccept:\t*/* \r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"POST /soap/v1?wsdl HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: x\r\n\r\n",
)

METHODS = (b"GET", b"POST", b"HEAD", b"OPTIONS", b"get", b"PUT", b"CONNECT", b"PRI", b"G\xcbT", b"POST ", b"")
TARGETS = (
    b"/", b"/a?b", b"/a?", b"/a#b", b"/a?b#c", b"//a", b"//a/b", b"///", b"*", b"http://x/y", b"http:///y", b"https://x", b"x:80", b"/%41%zz%", b"/%2e%2e/x",
    b"/%00", b"/a b", b"/a\tb", b"/\xc3\xa9", b"/a;b=c", b"/a:b", b"/[x]", b"/a\\b", b"/a\x00", b"/a\"b", b"/{x}", b"/a|b", b"/a^b", b"", b"a", b"?x", b"/?x?y",
    b"/" + b"x" * 4080, b"/" + b"x" * 4081, b"/" + b"x" * 4082, b"/?" + b"x" * 9000, b"/@", b"/x=y&z", b"/~user", b"/a+b", b"/'", b"/(a)", b"/,!$*", b"/\x7f",
)  # fmt: skip
VERSIONS = (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9", b"http/1.1", b"HTTP/1.1 ", b" HTTP/1.1", b"HTTP/11", b"HTTP/1.\xb9", b"")  # fmt: skip
NAMES = (
    b"Host", b"HOST", b"host", b"Content-Length", b"content-length", b"Content_Length", b"Content-Type", b"Transfer-Encoding", b"Transfer_Encoding", b"transfer-encoding",
    b"Connection", b"Keep-Alive", b"Expect", b"Upgrade", b"TE", b"Trailer", b"X-Forwarded-Proto", b"X-Forwarded-For", b"X-Forwarded-Ssl", b"X_Betaalhub_Proxy",
    b"X-Betaalhub-Proxy", b"Script-Name", b"SCRIPT_NAME", b"Path-Info", b"Remote-Addr", b"Proxy-Connection", b"HTTP2-Settings", b"Cookie", b"X-\xdf", b"X y",
    b"X ", b" X", b"\tX", b"", b"X\x00", b"X:", b"!#$%&'*+.^`|~", b"X.Y", b"1", b"-", b"\xb2", b"Authorization", b"Date", b"Forwarded",
)  # fmt: skip
VALUES = (
    b"", b" ", b"x", b"5", b"05", b"+5", b"-1", b"0x5", b"5, 5", b"5 5", b"\xb2", b"43", b"0", b"99999", b"100000", b"chunked", b"Chunked", b"identity", b"gzip, chunked",
    b"chunked, chunked", b"\x0bchunked", b"close", b"Close", b"keep-alive", b"close, x", b"upgrade", b"100-continue", b"100-Continue", b"https", b"http", b"on", b"ssl",
    b"h2c", b"a\x00b", b"a\rb", b"a\nb", b"a\x0bb", b"a\x7fb", b"\xe9", b"\xa0x\x85", b"\x1cx", b"a\tb", b"\ta ", b"x:80", b"x:y:z", b":", b":80", b"a, b", b'"', b"x" * 8180, b"x" * 8192,
)  # fmt: skip
ENDS = (b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r\n", b"\r\n ", b"\r\n\t", b"")

_bytes = st.binary(max_size=12)
_name = st.sampled_from(NAMES) | _bytes
_value = st.sampled_from(VALUES) | _bytes
_colon = st.sampled_from((b": ", b":", b": ", b": ", b" :", b":\t", b"", b":: "))
_field = st.tuples(_name, _colon, _value, st.sampled_from(ENDS[:3]) | st.sampled_from(ENDS)).map(b"".join)
_good_field = st.sampled_from(
    (b"Host: a\r\n", b"Content-Type: text/xml\r\n", b"Content-Length: 5\r\n", b"Cookie: a\r\n", b"X-Forwarded-Proto: https\r\n", b"X-Forwarded-Ssl: on\r\n", b"Connection: close\r\n")
)  # fmt: skip
_line = st.tuples(
    st.sampled_from(METHODS[:2]) | st.sampled_from(METHODS), st.sampled_from((b" ", b" ", b" ", b"  ", b"\t")),
    st.sampled_from(TARGETS) | st.binary(max_size=9).map(b"/".__add__), st.just(b" "), st.sampled_from(VERSIONS[:1]) | st.sampled_from(VERSIONS), st.sampled_from(ENDS[:3]) | st.sampled_from(ENDS),
).map(b"".join)  # fmt: skip
_fields = st.lists(_good_field | _good_field | _field, max_size=6).map(b"".join)

made = st.tuples(_line, _fields, st.sampled_from((b"\r\n", b"\r\n", b"\n")), st.sampled_from((b"", b"hello", BODY, b"GET / HTTP/1.1\r\n\r\n"))).map(b"".join)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A good request with some bytes replaced, put in, removed or doubled."""
    data = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(("replace", "insert", "remove", "double")))
        piece = draw(st.sampled_from((b"\r", b"\n", b"\r\n", b"\x00", b" ", b"\t", b":", b"_", b"\x7f", b"\xff", b"#", b"//")) | st.binary(min_size=1, max_size=3))  # fmt: skip
        end = min(at + draw(st.integers(1, 12)), len(data))
        if kind == "double":
            data[at:at] = data[at:end]
        else:
            data[at : at if kind == "insert" else end] = b"" if kind == "remove" else piece
    return bytes(data)


one = st.one_of(st.sampled_from(GOOD), made, mutated(), st.binary(max_size=60))
stream = st.lists(one, min_size=1, max_size=3).map(b"".join)
