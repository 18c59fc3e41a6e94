"""Whether a pack is as it was written, and what becomes of hostile ones.

Tests also: gateway/packs/layout.py, gateway/packs/writing.py.
"""

import hashlib
import io
import struct
import tempfile
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.packs import checking
from gateway.packs.checking import Problem, check, is_name
from gateway.packs.layout import LOG, MANIFEST
from lessonroom.codes import Refused
from tests.gateway.packs.packing import PICTURE, pack, repacked, saved

WHOLE = pack()
NAMES = ("session.json", LOG, PICTURE)


def problems(content: bytes) -> list[Problem]:
    with tempfile.TemporaryDirectory() as directory:
        return check(saved(Path(directory), content)).problems


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def place_of(name: str) -> tuple[int, int]:
    """Return where the bytes of an entry are, as they are stored."""
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        info = archive.getinfo(name)
    name_bytes, extra_bytes = struct.unpack_from("<HH", WHOLE, info.header_offset + 26)
    begin = info.header_offset + 30 + name_bytes + extra_bytes
    return begin, begin + info.compress_size


def flipped(place: int, bit: int) -> bytes:
    changed = bytearray(WHOLE)
    changed[place] ^= 1 << bit
    return bytes(changed)


def test_a_pack_as_it_was_written_has_no_problems(tmp_path: Path) -> None:
    """[LP-4] And tells what is in it."""
    found = check(saved(tmp_path, WHOLE))
    assert found.problems == []
    assert [entry.name for entry in found.manifest.entries] == list(NAMES)
    assert found.manifest.log.seq == 5


@given(st.sampled_from(NAMES), st.integers(0), st.integers(0, 7))
def test_one_bit_of_an_entry_names_it(name: str, place: int, bit: int) -> None:
    """[LP-4] Each bit of what is stored of each entry, and no other entry with it."""
    begin, end = place_of(name)
    changed = flipped(begin + place % (end - begin), bit)
    found = problems(changed)
    # A bit behind the end of a compressed stream means nothing: what is read is the same.
    assert [problem.entry for problem in found] == ([] if _reads_alike(changed) else [name])


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 7))
def test_one_bit_anywhere_is_told_or_changes_nothing(place: int, bit: int) -> None:
    """[LP-4] Of the archive's own structure, too: no other content passes for whole."""
    changed = flipped(place, bit)
    try:
        found = problems(changed)
    except Refused:
        return
    assert found or _reads_alike(changed)


def _reads_alike(changed: bytes) -> bool:
    try:
        return unpacked(changed) == unpacked(WHOLE)
    except Exception:  # noqa: BLE001 - whatever a damaged archive raises
        return False


@pytest.mark.parametrize("name", NAMES)
def test_what_was_changed_with_the_checksums_of_zip_is_named(name: str) -> None:
    """[LP-4] Another content, one that is gone, and one that was added."""
    content = unpacked(WHOLE)[name]
    other = b"x" + content[1:]
    (problem,) = problems(repacked(WHOLE, {name: other}))
    assert problem.entry == name
    (problem,) = problems(repacked(WHOLE, {name: content + b"x"}))
    assert problem == Problem(name, f"has {len(content) + 1} bytes, and had {len(content)}")
    assert Problem(name, "is missing") in problems(repacked(WHOLE, {name: None}))
    assert problems(repacked(WHOLE, {"takes/new.webm": b""})) == [
        Problem("takes/new.webm", "is not in the manifest: it was added later")
    ]


def test_a_log_that_was_changed_with_its_hashes_in_the_manifest_is_named() -> None:
    """[LP-2][LP-4] By its chain: at which event."""
    files = unpacked(WHOLE)
    lines = files[LOG].splitlines(keepends=True)
    manifest = msgspec.json.decode(files[MANIFEST])
    shorter = b"".join(lines[:2] + lines[3:])
    found = problems(_with_log(shorter, manifest))
    assert found == [Problem(LOG, "event 4 stands behind event 2")]
    other = files[LOG].replace(b'"at":3', b'"at":4')
    found = problems(_with_log(other, manifest))
    assert found == [Problem(LOG, "event 3 is not as it was written, or one before it is not")]
    cut = b"".join(lines[:4])
    found = problems(_with_log(cut, manifest))
    assert found == [Problem(LOG, "does not end with event 5 as the manifest says")]


def _with_log(log: bytes, manifest: dict[str, object]) -> bytes:
    entries = msgspec.convert(manifest["entries"], list[dict[str, object]])
    for entry in entries:
        if entry["name"] == LOG:
            entry |= {"size_bytes": len(log), "sha256": hashlib.sha256(log).hexdigest()}
    encoded = msgspec.json.encode(manifest | {"entries": entries})
    return repacked(WHOLE, {LOG: log, MANIFEST: encoded})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "lessonroom.board"}, "format: this is no lesson pack"),
        ({"format_version": 2}, "version 2 is not known here, only 1"),
        ({"session_id": 7}, "session_id"),
        ({"more": True}, "more"),
    ],
)
def test_what_is_no_pack_or_of_another_version_is_refused(
    changes: dict[str, object], words: str
) -> None:
    """[LP-4] With a word that names the field."""
    with pytest.raises(Refused, match=words) as refused:
        problems(pack(**changes))
    assert refused.value.field == MANIFEST


def test_what_is_no_archive_is_refused() -> None:
    """[LP-4] Of any length; and one without a manifest."""
    for content in (b"", b"PK", b"x" * 1_000, WHOLE[:-1], WHOLE[: len(WHOLE) // 2]):
        with pytest.raises(Refused, match="no ZIP archive"):
            problems(content)
    with pytest.raises(Refused, match="is missing"):
        problems(repacked(WHOLE, {MANIFEST: None}))


def test_a_bomb_is_not_unpacked() -> None:
    """[LP-4] Neither one that says how large it is, nor one that does not."""
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, bytes(17 * 1024 * 1024))
    with pytest.raises(Refused, match="takes more than"):
        problems(zeros.getvalue())
    files = unpacked(WHOLE)
    larger = problems(repacked(WHOLE, {PICTURE: files[PICTURE] * 1_000}))
    assert [problem.entry for problem in larger] == [PICTURE]


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """[LP-4] Before they are looked at."""
    monkeypatch.setattr(checking, "ENTRIES_MOST", 3)
    with pytest.raises(Refused, match="more than 3 entries"):
        problems(WHOLE)


def test_names_lead_nowhere_else() -> None:
    """[LP-4] A name that is a way out is no name, whatever the manifest says."""
    for name in ("../x", "/x", "a/../b", "a//b", "a\\b", "C:x", ".x", "x.", "", "x" * 201, "a\n"):
        assert not is_name(name)
    assert all(map(is_name, NAMES))
    manifest = msgspec.json.decode(unpacked(WHOLE)[MANIFEST])
    manifest["entries"][0]["name"] = "../session.json"
    changes = {
        MANIFEST: msgspec.json.encode(manifest),
        "session.json": None,
        "../session.json": unpacked(WHOLE)["session.json"],
    }
    assert problems(repacked(WHOLE, changes)) == [
        Problem("../session.json", "is no name of an entry")
    ]
