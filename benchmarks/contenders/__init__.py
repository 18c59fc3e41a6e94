"""The servers that are compared, how their clients speak, and where they are installed."""
