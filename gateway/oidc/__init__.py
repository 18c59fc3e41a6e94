"""Signing in with the account that a school's people have already (OpenID Connect)."""
