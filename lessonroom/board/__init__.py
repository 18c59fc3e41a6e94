"""The whiteboard: layers, typed elements, the nine operations, and the board they change."""
