"""What one watches a server by: a Grafana dashboard and Prometheus alerts of its metrics."""
