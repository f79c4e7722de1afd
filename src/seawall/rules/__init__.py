"""What Seawall knows: rules and detectors, as data and in words."""
