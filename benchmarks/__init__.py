"""Measurements of the performance table: ratios and limits, each taken on this machine, now."""
