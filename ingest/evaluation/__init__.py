"""How well cleaning reads a labelled set: gold in, figures out, by the very functions that a run calls."""
