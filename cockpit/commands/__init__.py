"""The commands of the shell, a file for each kind. At the top of each: click and stdlib alone."""
