"""The judge beside its peers: files made from a seed, one task for all, medians."""
