"""Webhooks of booking systems in, webhooks to platforms out."""
