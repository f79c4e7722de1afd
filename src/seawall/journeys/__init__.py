"""The journeys: each joins the parts of the house into one thing that a person wants."""
