"""PyJWT with public keys, in a process that had it without."""

import subprocess
import sys

_PROGRAM = """
import sys
from cli.lean import import_lean
import_lean()
import jwt
from gateway.federation.whole_jwt import whole_jwt
assert "cryptography" not in sys.modules
assert not jwt.algorithms.has_crypto
whole = whole_jwt()
assert whole is not jwt and whole is whole_jwt()
assert "RS256" in whole.PyJWS().get_algorithms()
assert "RS256" not in jwt.PyJWS().get_algorithms()
assert sys.modules["jwt"] is jwt
assert sys.modules["jwt.algorithms"] is jwt.algorithms
print("whole")
"""


def test_where_the_server_has_it_without_public_keys_there_is_a_second_copy() -> None:
    """Or a server with a provider would verify no token at all; the others hold nothing of it."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("whole\n", "")
