"""WebSockets: the handshake, frames, sub-protocols."""
