"""The demo lesson: pen strokes shipped as data, and the script that plays them over the wire."""
