"""What the machine proposes: pure functions on text, which know nothing of articles or reviews."""
