"""The one port: REST, WebSocket, pages. Nothing below knows that there is a network."""
