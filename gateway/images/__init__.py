"""Images for the board: decoding what people upload, keeping it, handing it out."""
