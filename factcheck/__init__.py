"""The project: it wires the apps together and holds the ground they share."""
