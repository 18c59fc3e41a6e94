"""Taking addresses out of descriptions and candidates: read and written anew, not searched.

A relayed candidate is what is left, without the address behind it; whatever else of a description
could hold an address is written with one that says nothing (RFC 8839, RFC 8866, RFC 8829).
"""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Final

_ICE: Final = "[A-Za-z0-9+/]"
_CANDIDATE: Final = (
    re.compile(_ICE + "{1,32}"),
    re.compile("[0-9]{1,5}"),
    re.compile("[A-Za-z0-9-]{1,16}"),
    re.compile("[0-9]{1,10}"),
    re.compile("[A-Za-z0-9.:-]{1,253}"),
    re.compile("[0-9]{1,5}"),
    re.compile("typ", re.IGNORECASE),
    re.compile("relay", re.IGNORECASE),
)
"""foundation, component, transport, priority, address, port, "typ", type: RFC 8839 section 5.1."""
_EXTENSIONS: Final = {
    "tcptype": re.compile("active|passive|so"),
    "generation": re.compile("[0-9]{1,10}"),
    "ufrag": re.compile(_ICE + "{1,256}"),
    "network-id": re.compile("[0-9]{1,10}"),
    "network-cost": re.compile("[0-9]{1,10}"),
}
_OF_CANDIDATE: Final = re.compile(r"(a\s*=\s*)?candidate\s*:(.*)", re.IGNORECASE | re.DOTALL)
_NOBODY: Final = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - nothing listens
_LINE: Final = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_FIELD: Final = re.compile(r"([A-Za-z])\s*=\s*(.*)", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"([^\s:]+)\s*:?\s*(.*)", re.DOTALL)
_IPV4: Final = re.compile(
    r"(?<![0-9])(?<![0-9]\.)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9])(?!\.[0-9])"
)
_IPV6: Final = re.compile(r"(?<![0-9A-Fa-f:.])[0-9A-Fa-f:.]{2,45}(?![0-9A-Fa-f:.])")
_PORT_OF_NOBODY: Final = "9"


def relayed_candidate(text: str) -> str | None:
    """Return a candidate without the address behind the relay; None where it is not relayed.

    Args:
        text: `candidate:…`, with or without `a=` before it.

    """
    prefix, words = _split_candidate(text)
    fixed, rest = words[: len(_CANDIDATE)], words[len(_CANDIDATE) :]
    if len(fixed) < len(_CANDIDATE):
        return None
    if not all(kind.fullmatch(word) for kind, word in zip(_CANDIDATE, fixed, strict=True)):
        return None
    kept: list[str] = []
    for name, value in zip(rest[::2], rest[1::2], strict=False):
        kind = _EXTENSIONS.get(name.lower())
        if kind is not None and kind.fullmatch(value):
            kept += [name.lower(), value]
    nobody = "::" if ":" in fixed[4] else "0.0.0.0"  # noqa: S104 - nothing listens
    words = [*fixed[:6], "typ", "relay", "raddr", nobody, "rport", "0", *kept]
    return f"{prefix}candidate:{' '.join(words)}"


def without_addresses(sdp: str) -> str:
    """Return a description with relayed candidates alone, and no other address in it.

    What holds none stays byte for byte.
    """
    return "".join(_lines(sdp))


def holds_address(text: str) -> bool:
    """Whether something in a text is an IP address that leads to somebody."""
    if any(found[0] not in _NOBODY for found in _IPV4.finditer(text)):
        return True
    words = (found[0] for found in _IPV6.finditer(text))
    return any(_is_ipv6(word) for word in words if word.count(":") > 1)


def _split_candidate(text: str) -> tuple[str, list[str]]:
    found = _OF_CANDIDATE.fullmatch(text.strip())
    if found is None:
        return "", []
    return ("a=" if found[1] else ""), found[2].split()


def _lines(sdp: str) -> Iterator[str]:
    for found in _LINE.finditer(sdp):
        line, end = found.groups()
        if not line:
            continue
        kept = _kept(line)
        if kept is not None:
            yield kept + end


def _kept(line: str) -> str | None:
    """Return a line as it is passed on; None where nothing of it may be."""
    found = _FIELD.fullmatch(line.strip())
    if found is None:
        return None
    field, value = found[1].lower(), found[2]
    match field:
        case "o":
            words = value.split()
            is_known = len(words) == 6 and words[5] in _NOBODY  # noqa: PLR2004 - as RFC 8866 has it
            is_known = is_known and not holds_address(" ".join(words[:5]))
            return line if is_known else _origin(words)
        case "c":
            return "c=IN IP4 0.0.0.0"
        case "m":
            words = value.split()
            if len(words) > 1 and words[1] != "0":
                # The port of the address that `c=` would have named.
                words[1] = _PORT_OF_NOBODY
            rebuilt = f"m={' '.join(words)}"
            return None if holds_address(rebuilt) else rebuilt
        case "a":
            return _kept_attribute(line, value)
        case _:
            return None if holds_address(line) else line


def _kept_attribute(line: str, value: str) -> str | None:
    found = _ATTRIBUTE.fullmatch(value)
    name = found[1].lower() if found is not None else ""
    if name == "candidate":
        return relayed_candidate(line)
    if name == "rtcp":
        return f"a=rtcp:{_PORT_OF_NOBODY} IN IP4 0.0.0.0"
    if name == "remote-candidates" or holds_address(line):
        return None
    return line


def _origin(words: list[str]) -> str:
    numbers = [word if re.fullmatch("[0-9]{1,20}", word) else "0" for word in (*words, "", "")[1:3]]
    return f"o=- {' '.join(numbers)} IN IP4 0.0.0.0"


def _is_ipv6(word: str) -> bool:
    # Dots and colons are of what stands around it, too: `a=name:fe80::`, or a port behind it.
    core = word.strip(".")
    for text in (word, core, core.removeprefix(":"), word.strip(":."), word.rpartition(":")[0]):
        try:
            if str(IPv6Address(text)) not in _NOBODY:
                return True
        except ValueError:
            continue
    return False
