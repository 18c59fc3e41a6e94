"""Users, roles, and forgetting people."""
