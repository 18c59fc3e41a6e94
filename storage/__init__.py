"""The database: tables, the log, snapshots, identities, migrations. SQL lives here, nowhere else.

What goes in and comes out are the frozen structs of `lessonroom` and of `storage.records`; no row
and no ORM object leaves this package. `Store` is the door.
"""
