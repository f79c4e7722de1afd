VECTOR = b"0123456789abcdef"
PREFIX = b"msg:"
