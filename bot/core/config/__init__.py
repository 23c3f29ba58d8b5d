"""What a repository asks of its reviews: read, checked, put together, applied to a change. All pure."""
