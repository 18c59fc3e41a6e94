"""Images: who has which, and where their bytes lie."""
