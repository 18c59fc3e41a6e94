"""What figures come to: a page of them, or two checkouts beside each other."""
