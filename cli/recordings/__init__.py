"""What was recorded of lessons, for the operator's terminal and disk."""
