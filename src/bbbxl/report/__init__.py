"""Everything a pack or a command shows, computed once."""
