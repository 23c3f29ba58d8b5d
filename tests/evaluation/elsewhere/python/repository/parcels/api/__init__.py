"""The API of the depots' tablets and of the tracking page."""
