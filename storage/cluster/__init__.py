"""What several servers on one PostgreSQL agree by: the fence in each write, leases, who lives."""
