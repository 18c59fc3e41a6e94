"""WebM as browsers record it: read piece by piece, checked, and written anew."""
