"""The record and what follows from it. Pure: no clock, no files, no randomness."""
