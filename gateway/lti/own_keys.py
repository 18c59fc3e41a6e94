"""This server's own keys, by which platforms know that it is who asks or answers.

They are made at the first need and kept in a file of their own, mode 0600: what is copied of the
database holds none of them. Where the file is lost new ones are made, which platforms look for.
"""

import asyncio
import os
import secrets
from pathlib import Path
from typing import Any, Final

import msgspec

from actors.runtime.clock import Clock
from gateway.federation.whole_jwt import whole_jwt

ALGORITHM: Final = "RS256"
"""What the security framework of 1EdTech has every platform understand."""
_KEPT: Final = 2
"""Keys that are told of: the one that signs, and the one before it."""
_BITS: Final = 2_048
_OTHERS_MAY: Final = 0o077


class _Stored(msgspec.Struct, frozen=True):
    key_id: str
    made_at_ms: int
    pem: str


class _File(msgspec.Struct, frozen=True):
    keys: list[_Stored]


class KeysUnusable(Exception):  # noqa: N818 - says what is so
    """The file of the keys cannot be read or written, or others may read it."""


class OwnKeys:
    """Signs as this server.

    Args:
        path: the file.
        clock: the time in what is signed.

    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._lock = asyncio.Lock()
        self._stored: list[_Stored] | None = None

    async def public(self) -> list[dict[str, Any]]:
        """Return the public halves, as a JWK Set has them; the newest first.

        Raises:
            KeysUnusable: see there.

        """
        stored = await self._keys()
        return await asyncio.to_thread(lambda: [_public(key) for key in stored])

    async def signed(self, claims: dict[str, Any]) -> str:
        """Return claims as a JWT of this moment's.

        Raises:
            KeysUnusable: see there.

        """
        newest = (await self._keys())[0]
        library = whole_jwt()
        return await asyncio.to_thread(
            lambda: str(
                library.encode(claims, newest.pem, ALGORITHM, headers={"kid": newest.key_id})
            )
        )

    async def rotate(self) -> str:
        """Make a new key, which signs from now on; return its name. One of before stays told of.

        Raises:
            KeysUnusable: see there.

        """
        async with self._lock:
            known = await asyncio.to_thread(self._read)
            self._stored = await asyncio.to_thread(self._with_new, known)
            return self._stored[0].key_id

    async def _keys(self) -> list[_Stored]:
        async with self._lock:
            if self._stored is None:
                known = await asyncio.to_thread(self._read)
                self._stored = known or await asyncio.to_thread(self._with_new, known)
            return self._stored

    def _read(self) -> list[_Stored]:
        try:
            mode = self._path.stat().st_mode
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise KeysUnusable(f"{self._path} cannot be read: {error.strerror}") from None
        if os.name == "posix" and mode & _OTHERS_MAY:
            raise KeysUnusable(f"{self._path} may be read by others: chmod 600 {self._path}")
        try:
            return msgspec.json.decode(raw, type=_File).keys
        except msgspec.DecodeError:
            raise KeysUnusable(
                f"{self._path} is no file of keys; without it new ones are made"
            ) from None

    def _with_new(self, known: list[_Stored]) -> list[_Stored]:
        new = _Stored(secrets.token_hex(8), self._clock.now_ms(), _new_pem())
        stored = [new, *known][:_KEPT]
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(_File(stored)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise KeysUnusable(f"{self._path} cannot be written: {error.strerror}") from None
        return stored


def _new_pem() -> str:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - megabytes
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _public(stored: _Stored) -> dict[str, Any]:
    library = whole_jwt()
    key = library.algorithms.RSAAlgorithm(library.algorithms.RSAAlgorithm.SHA256).prepare_key(
        stored.pem
    )
    jwk = library.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    names = {"kid": stored.key_id, "alg": ALGORITHM, "use": "sig"}
    return {"kty": jwk["kty"], "n": jwk["n"], "e": jwk["e"], **names}
