import pytest

from gateway.rest.app import api_document
from scripts.walk_endpoints import BOARD_FILES, BODIES, main, operations_of


def test_bodies_are_of_operations_that_there_are() -> None:
    """And every body that must be sent is there."""
    document = api_document()
    operations = {operation.name: operation for operation in operations_of(document)}
    assert BODIES.keys() | BOARD_FILES <= operations.keys()
    for name, operation in operations.items():
        described = document["paths"][operation.path][operation.method]
        is_needed = described.get("requestBody", {}).get("required", False)
        if is_needed and "application/json" in operation.takes:
            assert name in BODIES.keys() | BOARD_FILES


@pytest.mark.proof
def test_every_endpoint_answers_everyone_as_its_document_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """[T9] On a real server; in `make test` the matrix of test_authorisation.py says the same."""
    assert main() == 0
    assert "0 problems" in capsys.readouterr().out
