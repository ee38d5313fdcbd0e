"""Ways out of this machine."""
