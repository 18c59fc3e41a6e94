"""What stands around and under the routes."""
