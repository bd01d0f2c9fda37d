"""Background work: follows the audit log, tells people and systems, and keeps house; one worker at a time."""
