"""`python -m cockpit` is `cockpit`."""

from cockpit.cli import main

main()
