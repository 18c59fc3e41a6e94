"""The actors of lessonroom: one owner for each piece of live state, all on one event loop."""
