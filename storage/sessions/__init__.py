"""Sessions and seats: writing them, opening a room, looking through them."""
