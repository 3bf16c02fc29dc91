"""The bytes of results: fetched safely, and saved."""
