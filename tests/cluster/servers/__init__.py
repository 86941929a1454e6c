"""The servers that a cluster of GoChat stands on, each started by one module."""
