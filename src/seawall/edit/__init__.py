"""Changes of text: what findings would have mended, put into the files."""
