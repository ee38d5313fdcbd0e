"""Markdown text to playbooks. Pure; the built-in playbooks are the *.md files beside this one."""
