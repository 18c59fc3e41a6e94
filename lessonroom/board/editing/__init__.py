"""What changes a board: drafts of edits, and how it comes, comes back, and becomes another."""
