"""What other tools wrote, read for what it says."""
