"""Words in, words out, exit code; one file a verb."""
