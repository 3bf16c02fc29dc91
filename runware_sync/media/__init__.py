"""What users give where media are wanted, and what travels."""
