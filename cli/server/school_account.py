"""The school's provider as the settings have it, with its secret from wherever that is."""

import os
import stat
from pathlib import Path
from typing import Final

from cli.settings.settings import Problem, Settings, SettingsError
from gateway.oidc.oidc_config import OidcConfig

_OTHERS_MAY: Final = 0o077


def oidc_config_of(settings: Settings) -> OidcConfig | None:
    """Return what the gateway is told of the provider; None where there is none.

    Raises:
        SettingsError: the file of the secret cannot be read, is empty, or others may read it.

    """
    oidc = settings.oidc
    if not oidc.issuer:
        return None
    secret = oidc.client_secret.get_secret_value() if oidc.client_secret else ""
    return OidcConfig(
        issuer=oidc.issuer,
        client_id=oidc.client_id,
        client_secret=_read(oidc.client_secret_file) if oidc.client_secret_file else secret,
        scopes=oidc.scopes,
        groups_claim=oidc.groups_claim,
        roles=oidc.roles,
        otherwise=oidc.otherwise,
        required=oidc.required,
        button=oidc.button,
        sign_in_s=oidc.sign_in_hours * 3_600,
        allowed_networks=oidc.allowed_networks,
        leeway_s=settings.auth.leeway_s,
    )


def _read(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise _wrong(path, "cannot be read") from None
    if os.name == "posix" and mode & _OTHERS_MAY:
        raise _wrong(
            path,
            f"is a secret in a file that others may read (mode {mode:04o})",
            allowed=f"mode 0600 (chmod 600 {path})",
        )
    if not secret:
        raise _wrong(path, "is empty")
    return secret


def _wrong(path: Path, reason: str, *, allowed: str = "") -> SettingsError:
    return SettingsError([Problem("oidc.client_secret_file", str(path), reason, allowed=allowed)])
