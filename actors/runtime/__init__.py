"""What actors run on: the loop, mailboxes, clocks, chance, timers."""
