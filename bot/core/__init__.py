"""The pure part: values, parsing, rendering. Imports nothing of ours and does no input or output."""
