"""A full board under a hand, in a real browser."""
