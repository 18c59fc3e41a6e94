"""The HTTP API: FastAPI routes over the rooms and the store."""
