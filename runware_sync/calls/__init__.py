"""One call, from what is to be bought to what it has brought."""
