"""The whiteboard: pages of layers, typed elements, and the operations that change them."""
