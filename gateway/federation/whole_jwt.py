"""PyJWT with keys of which the public half is told.

The server has it without `cryptography`, which is megabytes: its own tokens need none of that.
Where that is so, and a provider is configured, there is a second copy with it.
"""

import functools
import importlib
import sys
from types import ModuleType
from typing import Final

_PACKAGE: Final = "jwt"


@functools.cache
def whole_jwt() -> ModuleType:
    """Return the package `jwt`, with RSA and elliptic curves."""
    known = importlib.import_module(_PACKAGE)
    if importlib.import_module(f"{_PACKAGE}.algorithms").has_crypto:
        return known
    lean = {name: module for name, module in sys.modules.items() if _is_part(name)}
    for name in lean:
        del sys.modules[name]
    try:
        return importlib.import_module(_PACKAGE)
    finally:
        # Whoever imports it later has the one that everybody else has.
        for name in [name for name in sys.modules if _is_part(name)]:
            del sys.modules[name]
        sys.modules.update(lean)


def _is_part(name: str) -> bool:
    return name == _PACKAGE or name.startswith(f"{_PACKAGE}.")
