"""This server's own keys: made once, turned, and nobody else's."""

from pathlib import Path

import jwt
import pytest

from gateway.lti.own_keys import KeysUnusable, OwnKeys
from tests.manual_clock import ManualClock


def keys(folder: Path) -> OwnKeys:
    return OwnKeys(folder / "keys.json", ManualClock())


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_they_are_made_once_and_signed_by_the_newest(tmp_path: Path) -> None:
    """[SECURITY LTI]"""
    own = keys(tmp_path)
    (first,) = await own.public()
    assert first.keys() == {"kty", "n", "e", "kid", "alg", "use"}
    assert _mode(tmp_path / "keys.json") == 0o600
    again = keys(tmp_path)
    assert await again.public() == [first]
    rotated = await again.rotate()
    newest, before = await again.public()
    assert (newest["kid"], before) == (rotated, first)
    signed = await again.signed({"a": 1})
    assert jwt.get_unverified_header(signed) == {"alg": "RS256", "kid": rotated, "typ": "JWT"}
    assert jwt.decode(signed, jwt.PyJWK(newest), algorithms=["RS256"]) == {"a": 1}
    await again.rotate()
    assert [key["kid"] for key in await again.public()][1:] == [rotated]
    assert _names(tmp_path) == ["keys.json"]


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [(b'{"keys": []}', 0o640, "chmod 600"), (b"not JSON", 0o600, "no file of keys")],
)
async def test_a_file_that_cannot_be_used_is_told(
    tmp_path: Path, content: bytes, mode: int, why: str
) -> None:
    """[SECURITY LTI] It is not written over: somebody may want to know what became of it."""
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(KeysUnusable, match=why):
        await keys(tmp_path).public()
    assert path.read_bytes() == content


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="cannot be written"):
        await keys(tmp_path / "none").public()
