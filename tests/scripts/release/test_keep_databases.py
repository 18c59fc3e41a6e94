from scripts.release.keep_databases import COMMITS, KEPT


def test_each_kept_database_has_the_program_that_made_it() -> None:
    """[API db upgrade] And the other way round."""
    assert sorted(COMMITS) == sorted(path.name[:4] for path in KEPT.glob("*.json"))
    assert sorted(COMMITS) == sorted(path.name[:4] for path in KEPT.glob("*.sqlite3.gz"))
