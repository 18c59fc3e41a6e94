"""Learning platforms (LTI 1.3), and what they have to do with lessons."""
