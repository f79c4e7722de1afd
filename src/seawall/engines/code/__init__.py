"""Finds weaknesses in programs by following data from where it enters to where it does harm."""
