"""What a repository contains at one commit: an index of its texts, and the answers to look-ups."""
