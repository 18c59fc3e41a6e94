"""Writes what of the Python client follows from the OpenAPI document."""
