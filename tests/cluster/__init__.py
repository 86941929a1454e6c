"""The cluster: the servers it stands on, its processes, and what is tested of them."""
