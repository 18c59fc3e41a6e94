"""Boards as files: SVG, PNG and PDF, drawn in a process of their own."""
