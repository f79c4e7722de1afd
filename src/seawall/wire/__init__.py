"""The one door through which Seawall speaks to other machines."""
