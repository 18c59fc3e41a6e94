"""Who is calling: tokens, standing, signing in."""
