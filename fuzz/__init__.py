"""The fuzz targets, what runs them, and what others judge."""
