"""Hypothesis without deadlines: how fast the machine is says nothing about the core."""

from hypothesis import settings

settings.register_profile("core", deadline=None)
settings.load_profile("core")
