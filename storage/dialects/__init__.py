"""The databases that lessons can be kept in, one module each; `storage.engine` chooses."""
