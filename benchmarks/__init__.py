"""Workloads, peers and their results, each with the machine that it ran on."""
