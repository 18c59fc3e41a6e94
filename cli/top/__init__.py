"""`lessonroom top`: what a server does right now, in a terminal."""
