"""A session as such: its plan and settings, its life, who runs it, its chat."""
