import pytest

from cli.command_errors import WronglyCalled
from cli.rooms.session_ids import short_ids, whole_id

A = "019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"
B = "019a9c31-5a2b-7c11-8d3e-2f6b8a40c7de"
C = "019a9c31-5a2c-7c11-9d3e-2f6b8a40c7de"


def test_ids_are_as_short_as_tells_them_apart() -> None:
    assert short_ids([A, C]) == {A: A[:13], C: C[:13]}
    assert short_ids([A, B]) == {A: A[:20], B: B[:20]}
    assert short_ids([]) == {}


def test_a_whole_id_is_taken_as_it_is_in_small_letters() -> None:
    assert whole_id(A.upper(), database_url="not looked at") == A


@pytest.mark.parametrize("given", ["", "lesson", A + "0", "01a2%", "01a2/.."])
def test_what_no_id_begins_with_is_wrong_usage(given: str) -> None:
    with pytest.raises(WronglyCalled, match="is no session id"):
        whole_id(given, database_url="not looked at")
